import {
  type AsyncBuffer,
  asyncBufferFromUrl,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { type Catalog, type Column, columnsOf, type DataFile, type RunLife } from "../catalog.js";
import { levelText, type View } from "../view.js";

export type Numbers = Float64Array | Float32Array | Int32Array;

/** Bytes to find a file's footer in, which is a few kilobytes; files not much larger are fetched whole. */
const initialFetchSize = 1 << 14;
const mostWhole = 1 << 18;

/** The columns of the site's tables, each fetched when it is first asked for and kept. */
export class Store {
  readonly #assets: string;
  readonly catalog: Catalog;
  readonly #files = new Map<string, Promise<{ file: AsyncBuffer; metadata: FileMetaData }>>();
  readonly #columns = new Map<string, Promise<Numbers>>();

  constructor(assets: string, catalog: Catalog) {
    this.#assets = assets;
    this.catalog = catalog;
  }

  /** Of each row of the view's table a column's value, or of a name the place among its levels. */
  column(name: string, view: Pick<View, "of" | "probe">): Promise<Numbers> {
    const file = this.#fileOf(view);
    const isOwn =
      name === "run" || this.catalog.tables[view.of].columns.some((column) => column.name === name);
    return this.#kept(`${file.address}/${name}`, async () => {
      if (isOwn) return this.#read(file, name);
      const [factor, runs] = await Promise.all([this.factor(name), this.column("run", view)]);
      const values = new (factor.constructor as Float64ArrayConstructor)(runs.length);
      for (let row = 0; row < values.length; row++) values[row] = factor[runs[row]!]!;
      return values;
    });
  }

  /** A factor of each run. */
  factor(name: string): Promise<Numbers> {
    return this.#kept(name, () => this.#read(this.catalog.factorFile, name));
  }

  /** A text of each run. */
  async texts(name: string): Promise<string[]> {
    return [...(await this.#values(this.catalog.factorFile, name))] as string[];
  }

  async life(run: number): Promise<RunLife> {
    const [text] = await this.#values(this.catalog.lives, "life", { rowStart: run, rowEnd: run + 1 });
    return JSON.parse(text as string) as RunLife;
  }

  /** Of each row, the place among a column's levels. */
  async places(column: Column, view: Pick<View, "of" | "probe">): Promise<Numbers> {
    const values = await this.column(column.name, view);
    const { levels, isName } = column;
    if (isName || !levels) return values;
    return this.#kept(`${this.#fileOf(view).address}/${column.name}/places`, async () => {
      const places = new Map(levels.map((level, place) => [level ?? Number.NaN, place]));
      return Int32Array.from(values as Float64Array, (value) => places.get(value)!);
    });
  }

  /** What is said of one run: its factors and its own measures. */
  async facts(run: number): Promise<{ words: string; text: string }[]> {
    const view = { of: "runs" as const, probe: 100 };
    const said = columnsOf(this.catalog, "runs").map(async ({ name, words, unit, levels, isName }) => {
      const value = (await this.column(name, view))[run]!;
      const shown = isName
        ? levelText(levels![value]!)
        : Number.isNaN(value)
          ? "none"
          : String(Number(value.toPrecision(4)));
      return { words, text: unit && !isName ? `${shown} ${unit}` : shown };
    });
    return Promise.all(said);
  }

  #fileOf({ of, probe }: Pick<View, "of" | "probe">): DataFile {
    const { files } = this.catalog.tables[of];
    return files[of === "filters" ? this.catalog.probes.indexOf(probe) : 0]!;
  }

  async #kept(key: string, make: () => Promise<Numbers>): Promise<Numbers> {
    const before = this.#columns.get(key);
    if (before) return before;
    const made = make();
    this.#columns.set(key, made);
    // What could not be fetched is tried again when it is asked for again.
    made.catch(() => this.#columns.delete(key));
    return made;
  }

  async #read(file: DataFile, name: string): Promise<Numbers> {
    return (await this.#values(file, name)) as Numbers;
  }

  async #values(
    data: DataFile,
    name: string,
    rows: { rowStart?: number; rowEnd?: number } = {},
  ): Promise<ArrayLike<unknown> & Iterable<unknown>> {
    const { file, metadata } = await this.#open(data);
    const parts: (ArrayLike<unknown> & Iterable<unknown>)[] = [];
    await parquetRead({
      ...{ file, metadata, compressors, columns: [name], ...rows },
      onChunk: ({ columnData, rowStart, rowEnd }) => {
        const from = Math.max(0, (rows.rowStart ?? 0) - rowStart);
        const to = Math.min(rowEnd, rows.rowEnd ?? rowEnd) - rowStart;
        parts.push(columnData.slice(from, to) as ArrayLike<unknown> & Iterable<unknown>);
      },
    });
    return parts.length === 1 ? parts[0]! : parts.flatMap((part) => [...part]);
  }

  #open({ address, bytes }: DataFile) {
    let opened = this.#files.get(address);
    if (!opened) {
      opened = this.#fetchFooter(new URL(address, this.#assets).href, bytes);
      this.#files.set(address, opened);
      opened.catch(() => this.#files.delete(address));
    }
    return opened;
  }

  async #fetchFooter(url: string, byteLength: number) {
    try {
      const file =
        byteLength <= mostWhole ? await fetchWhole(url) : await asyncBufferFromUrl({ url, byteLength });
      return { file, metadata: await parquetMetadataAsync(file, { initialFetchSize }) };
    } catch (error) {
      throw new Error(
        `${url} could not be read (${error instanceof Error ? error.message : String(error)}). Build the site again with npm run paper.`,
        { cause: error },
      );
    }
  }
}

async function fetchWhole(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.arrayBuffer();
}

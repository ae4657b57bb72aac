import { messageOf } from "../../../errors.js";
import type { Catalog } from "../catalog.js";
import type { Picture, Report, Request, RunFacts, RunNames } from "../messages.js";
import { levelText } from "../view.js";
import { draw } from "./picture.js";
import { Store } from "./store.js";

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: Report, moved?: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
};

let opened: Promise<{ store: Store; runs: RunNames[] }> | undefined;

port.onmessage = ({ data }) => {
  const id = data.type === "start" ? 0 : data.id;
  answer(data).catch((error: unknown) => port.postMessage({ type: "failed", id, message: messageOf(error) }));
};

async function answer(request: Request): Promise<void> {
  if (request.type === "start") {
    opened = open(request.assets);
    const { store, runs } = await opened;
    return port.postMessage({ type: "ready", catalog: store.catalog, runs });
  }
  const { store, runs } = await opened!;
  if (request.type === "draw") {
    const picture = await draw(store, runs, request.view, request.grid);
    port.postMessage({ type: "picture", id: request.id, picture }, buffersOf(picture));
  } else {
    const facts = await factsOf(store, runs, request.name);
    port.postMessage({ type: "facts", id: request.id, facts });
  }
}

async function open(assets: string): Promise<{ store: Store; runs: RunNames[] }> {
  const address = new URL("catalog.json", assets).href;
  const response = await fetch(address).catch(() => undefined);
  if (!response?.ok) throw new Error(`${address} is missing. Build the site again with npm run paper.`);
  const catalog = (await response.json()) as Catalog;
  if (catalog.factors.length === 0)
    throw new Error(
      "There is no finished run on record to show. Train some with npm run sweep, then build the site again with npm run paper.",
    );
  const store = new Store(assets, catalog);
  const [ids, seeds, arms] = await Promise.all([
    store.texts("id"),
    store.factor("seed"),
    store.factor("arm"),
  ]);
  const { levels = [] } = catalog.factors.find(({ name }) => name === "arm")!;
  const runs = ids.map((id, run) => ({
    name: `${id}/${seeds[run]}`,
    label: `${levelText(levels[arms[run]!]!)}, seed ${seeds[run]}`,
  }));
  return { store, runs };
}

async function factsOf(store: Store, runs: readonly RunNames[], name: string): Promise<RunFacts> {
  const run = runs.findIndex((own) => own.name === name);
  if (run < 0)
    throw new Error(
      `There is no run "${name}" on record here. Expected an id and a seed, e.g. ${runs[0]?.name}.`,
    );
  const [values, hypotheses, life] = await Promise.all([
    store.facts(run),
    store.texts("hypotheses"),
    store.life(run),
  ]);
  return { ...runs[run]!, hypotheses: hypotheses[run]!.split(" ").filter(Boolean), values, life };
}

const buffersOf = ({ panels }: Picture): ArrayBuffer[] =>
  panels.flatMap(({ points, cells }) => [
    ...(points ? [points.x.buffer, points.y.buffer, points.run.buffer] : []),
    ...(cells ? [cells.pixels.buffer, cells.count.buffer, cells.run.buffer] : []),
  ]);

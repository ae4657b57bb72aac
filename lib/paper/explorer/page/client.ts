import type { Catalog } from "../catalog.js";
import type { Grid, Picture, Report, Request, RunFacts, RunNames } from "../messages.js";
import type { View } from "../view.js";

/** What the page asks of the worker that has the data. */
export class Client {
  readonly #worker: Worker;
  readonly #answers = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #ids = 0;
  readonly ready: Promise<{ catalog: Catalog; runs: RunNames[] }>;

  /** `assets`: address of the folder with worker and data, ending in a slash. */
  constructor(assets: string) {
    this.#worker = new Worker(`${assets}worker.js`, { type: "module" });
    this.ready = this.#answer(0);
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
    this.#worker.onerror = ({ message }) => {
      const what = message ? `its worker crashed: ${message}` : `${assets}worker.js could not be loaded`;
      const error = new Error(`The explorer cannot go on: ${what}. Reload the page to try again.`);
      for (const { reject } of this.#answers.values()) reject(error);
    };
    this.#tell({ type: "start", assets });
  }

  draw(view: View, grid: Grid): Promise<Picture> {
    const id = ++this.#ids;
    this.#tell({ type: "draw", id, view, grid });
    return this.#answer(id);
  }

  facts(name: string): Promise<RunFacts> {
    const id = ++this.#ids;
    this.#tell({ type: "run", id, name });
    return this.#answer(id);
  }

  #take(report: Report): void {
    const id = report.type === "ready" ? 0 : report.id;
    const own = this.#answers.get(id);
    this.#answers.delete(id);
    if (report.type === "failed") own?.reject(new Error(report.message));
    else if (report.type === "ready") own?.resolve(report as never);
    else own?.resolve((report.type === "picture" ? report.picture : report.facts) as never);
  }

  #answer<T>(id: number): Promise<T> {
    return new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
  }

  #tell(request: Request): void {
    this.#worker.postMessage(request);
  }
}

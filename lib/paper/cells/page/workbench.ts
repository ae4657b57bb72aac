import { html } from "../../../live/page/dom.js";
import { loadPlotly } from "../../page/plotly.js";
import { Cell } from "./cell.js";
import { ImagesPanel } from "./images.js";
import { KeptRuns } from "./kept-runs.js";
import { type Ending, Kernel, type KernelOptions } from "./kernel.js";
import { cellsIn, fragmentOf } from "./link.js";

/** The folder that this script and everything it loads lie in. */
const assets = new URL(".", import.meta.url).href;

/** All code cells of a page, and what runs them. */
class Workbench {
  readonly #kernel = openKernel((question, answer) => {
    if (this.#trains) answer(true);
    else
      this.#running?.ask(question, (agreed, always) => {
        this.#trains = always;
        answer(agreed);
      });
  });
  /** Whether the reader has said that whatever is missing is trained. */
  #trains = false;
  #running: Cell | undefined;
  readonly #images = new ImagesPanel((images) => this.#kernel.give(images));
  readonly #kept = new KeptRuns({ say: (text) => this.#say(text), onForgotten: () => this.#restart() });
  readonly #cells: Cell[];
  readonly #status = html("span", { class: "workbench-status", role: "status" }, "Loads what runs cells ...");
  readonly #stop = html("button", { type: "button", disabled: true }, "Stop");
  readonly #declared = new Map<Cell, string>();
  /** Cells run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor() {
    this.#cells = [...document.querySelectorAll<HTMLDetailsElement>("details.code")].map((details) => {
      const cell: Cell = new Cell({
        details,
        onRun: (cell) => this.#runTo(cell),
        onChange: () => {},
        check: async (code) => {
          await this.#declareBefore(cell);
          return this.#kernel.check(code);
        },
        complete: async (code, position) => {
          await this.#declareBefore(cell);
          return this.#kernel.complete(code, position);
        },
      });
      return cell;
    });
    this.#addBar();
    this.#kernel.ready().then(
      () => this.#say("Ready. What a cell runs stays in this page."),
      (error: Error) => this.#say(error.message),
    );
  }

  /** Puts the cells of a link in place of the stored ones; none of them runs. */
  take(changed: ReadonlyMap<number, string>): void {
    for (const cell of this.#cells) {
      const code = changed.get(cell.number);
      if (code === undefined) continue;
      cell.code = code;
      cell.open();
    }
  }

  #addBar(): void {
    const button = (text: string, title: string, act: () => void) => {
      const made = html("button", { type: "button", title }, text);
      made.addEventListener("click", act);
      return made;
    };
    this.#stop.addEventListener("click", () => void this.#end());
    document.body.append(
      html(
        "div",
        { class: "workbench", role: "region", "aria-label": "Cells of this page" },
        button("Run all", "Runs every cell from the top, in a fresh state", () => this.#runAll()),
        this.#stop,
        button("Restart", "Forgets all that cells have made", () => this.#restart()),
        button("Copy link", "A link to this page with your changed cells", () => void this.#copyLink()),
        this.#images.button,
        this.#kept.element,
        this.#status,
        this.#images.element,
      ),
    );
  }

  /** Runs the cells above that have not run as they are now, and then this one. */
  #runTo(cell: Cell): void {
    const above = this.#cells.slice(0, this.#cells.indexOf(cell));
    this.#say(`Cell ${cell.number} waits ...`);
    this.#enqueue(async () => {
      for (const one of above)
        if (one.ran !== one.code && !(await this.#run(one, { asked: false })))
          return this.#say(
            `Cell ${one.number}, above, did not end well: see there. Cell ${cell.number} has not run.`,
          );
      const ranWell = await this.#run(cell, { asked: true });
      if (!this.#stopped) this.#say(`Cell ${cell.number} ${ranWell ? "has run." : "failed: see there."}`);
    });
  }

  #runAll(): void {
    this.#enqueue(async () => {
      this.#forget();
      const failed: number[] = [];
      for (const cell of this.#cells) {
        if (!(await this.#run(cell, { asked: true }))) failed.push(cell.number);
        if (this.#stopped) return;
      }
      this.#say(
        failed.length > 0
          ? `All cells have run; ${failed.join(", ")} failed: see there.`
          : "All cells have run.",
      );
    });
  }

  #enqueue(work: () => Promise<unknown>): void {
    this.#queue = this.#queue
      .then(async () => {
        this.#stopped = false;
        this.#stop.disabled = false;
        await this.#kernel.ready();
        await work();
      })
      .catch((error: Error) => this.#say(error.message))
      .finally(() => {
        this.#stop.disabled = true;
      });
  }

  /** Whether it ended well. `asked`: the reader wants to see what comes out. */
  async #run(cell: Cell, { asked }: { asked: boolean }): Promise<boolean> {
    if (this.#stopped) return false;
    const { code } = cell;
    this.#say(`Cell ${cell.number} runs ...`);
    cell.begin({ shown: asked });
    this.#running = cell;
    const started = performance.now();
    const ending: Ending = await this.#kernel.run(cell.number, code, (output) => cell.show(output));
    this.#running = undefined;
    void this.#kept.refresh();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    cell.ran = ending === "ok" ? code : undefined;
    if (ending === "ok") this.#declared.set(cell, code);
    const words = { ok: `ran in ${seconds} s`, error: "failed", stopped: "stopped" };
    cell.end(words[ending], { shown: asked || ending !== "ok" });
    return ending === "ok";
  }

  async #end(): Promise<void> {
    this.#stopped = true;
    this.#say("Stops ...");
    if (await this.#kernel.stop()) this.#say("Stopped. What cells have made before is still there.");
    else {
      this.#forgetRuns();
      this.#say(
        "Stopped, and with it went all that cells had made: it did not end when asked. Run what you need again.",
      );
    }
  }

  #restart(): void {
    this.#stopped = true;
    this.#kernel.abandon();
    this.#enqueue(async () => {
      this.#forget();
      this.#say("Restarted: no cell has run yet.");
    });
  }

  #forget(): void {
    this.#kernel.restart();
    this.#forgetRuns();
  }

  #forgetRuns(): void {
    for (const cell of this.#cells) cell.ran = undefined;
  }

  /** The type-checker is told of the cells above, that have not run as they are now. */
  async #declareBefore(cell: Cell): Promise<void> {
    for (const one of this.#cells.slice(0, this.#cells.indexOf(cell))) {
      if (this.#declared.get(one) === one.code) continue;
      this.#declared.set(one, one.code);
      await this.#kernel.declare(one.number, one.code);
    }
  }

  async #copyLink(): Promise<void> {
    const changed = new Map(
      this.#cells.filter(({ isChanged }) => isChanged).map(({ number, code }) => [number, code]),
    );
    const address = new URL(changed.size > 0 ? await fragmentOf(changed) : "", location.href).href;
    history.replaceState(undefined, "", address);
    try {
      await navigator.clipboard.writeText(address);
      this.#say(`The link is copied: ${changed.size} changed cell${changed.size === 1 ? "" : "s"}.`);
    } catch {
      this.#say("The link is in the address bar: the browser let nothing be copied.");
    }
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

async function drawPicture(
  figure: Parameters<Awaited<ReturnType<typeof loadPlotly>>["toImage"]>[0],
  format: "svg" | "png",
) {
  const library = await loadPlotly();
  const { width = 900, height = 500 } = figure.layout;
  const address = await library.toImage(figure, { format, width, height, scale: format === "png" ? 2 : 1 });
  const [head = "", body = ""] = address.split(/,(.*)/s);
  if (!head.includes("base64")) return new TextEncoder().encode(decodeURIComponent(body));
  return Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
}

/** What runs cells, without a page of cells around it. `ask`: see `KernelOptions`. */
export const openKernel = (ask?: KernelOptions["ask"]): Kernel =>
  new Kernel({ assets, draw: drawPicture, ...(ask && { ask }) });

let workbench: Workbench | undefined;

/**
 * Makes the cells of the page editable. `details`: the cell that the reader asked for. Cells that the page's address carries
 * are put in place, and run when the reader says so.
 */
export async function openWorkbench(details?: HTMLDetailsElement): Promise<void> {
  if (details) details.open = true;
  if (!workbench) {
    await styled();
    workbench = new Workbench();
  }
  const carried = await cellsIn(location.hash);
  if (carried) workbench.take(carried);
}

function styled(): Promise<void> {
  return new Promise((resolve) => {
    const link = html("link", { rel: "stylesheet", href: `${assets}workbench.css` });
    for (const event of ["load", "error"]) link.addEventListener(event, () => resolve());
    document.head.append(link);
  });
}

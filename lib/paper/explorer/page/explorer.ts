import { html } from "../../../live/page/dom.js";
import { fragmentOf as cellFragment } from "../../cells/page/link.js";
import { type Catalog, columnsOf } from "../catalog.js";
import { codeOf } from "../code.js";
import { rampColors } from "../colors.js";
import type { Grid, Picture, RunNames } from "../messages.js";
import { type Domain, numberText, valueAt } from "../scale.js";
import { fragmentOf, levelText, type View, viewIn } from "../view.js";
import { Client } from "./client.js";
import { filterControls, titleOf, viewControls } from "./controls.js";
import { Panel, type Place, valueText } from "./panel.js";
import { runPanel } from "./run-panel.js";

/** Pixels of a cell that rows are counted in. */
const cell = 3;
const number = new Intl.NumberFormat("en");

/** The page over all runs and filters: controls, panels, and what is said of one run. */
class Explorer {
  readonly #client: Client;
  readonly #root: HTMLElement;
  readonly #controls = html("div");
  readonly #filters = html("div");
  readonly #problems = html("div");
  readonly #status = html("p", { role: "status", class: "explorer-status" }, "Loads what is on record ...");
  readonly #legend = html("div", { class: "explorer-legend" });
  readonly #panels = html("div", { class: "explorer-panels" });
  readonly #run = html("div");
  readonly #runs = html("details", { class: "explorer-runs" });
  readonly #cell = html("details", { class: "explorer-cell" });
  /** Columns whose filter is open without keeping anything yet. */
  readonly #open = new Set<string>();
  #catalog!: Catalog;
  #names: RunNames[] = [];
  #view!: View;
  #picture: Picture | undefined;
  #drawing = false;
  #again = false;
  #width = 0;

  constructor(root: HTMLElement, assets: string) {
    this.#root = root;
    this.#client = new Client(assets);
    const frame = html("div", { class: "explorer-frame" }, this.#panels);
    root.replaceChildren(
      ...[this.#problems, this.#controls, this.#filters, this.#status, this.#legend, frame],
      ...[this.#runs, this.#cell, this.#run],
    );
    this.#cell.addEventListener("toggle", () => void this.#showCell());
  }

  async start(): Promise<void> {
    ({ catalog: this.#catalog, runs: this.#names } = await this.#client.ready);
    this.#read();
    addEventListener("popstate", () => this.#read());
    new ResizeObserver(() => this.#width !== this.#root.clientWidth && this.#draw()).observe(this.#root);
  }

  /** Shows what the address asks for. */
  #read(): void {
    const { view, problems } = viewIn(location.hash, this.#catalog);
    this.#view = view;
    this.#problems.replaceChildren(
      ...problems.map((text) =>
        html("p", { class: "notice", role: "alert" }, `Not all that this address asks for is there. ${text}`),
      ),
    );
    this.#render();
    void this.#showRun({ focus: false });
  }

  #change(next: Partial<View>): void {
    const before = this.#view.run;
    this.#view = { ...this.#view, ...next };
    this.#problems.replaceChildren();
    history.pushState(undefined, "", fragmentOf(this.#view, this.#catalog));
    if (before !== this.#view.run) void this.#showRun({ focus: true });
    else this.#render();
  }

  #render(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.key;
    const change = (next: Partial<View>) => this.#change(next);
    this.#controls.replaceChildren(viewControls(this.#catalog, this.#view, change));
    this.#filters.replaceChildren(filterControls(this.#catalog, this.#view, { change, open: this.#open }));
    if (focused !== undefined)
      [...this.#root.querySelectorAll<HTMLElement>("[data-key]")]
        .find(({ dataset }) => dataset.key === focused)
        ?.focus();
    this.#draw();
  }

  /** Draws the view as it is now; while one is being drawn, the latest waits. */
  #draw(): void {
    // Not laid out, or not to be seen: what watches the size asks again.
    if (this.#root.clientWidth === 0) return;
    if (this.#drawing) this.#again = true;
    else void this.#drawNow();
  }

  async #drawNow(): Promise<void> {
    this.#drawing = true;
    const view = this.#view;
    const started = performance.now();
    try {
      this.#width = this.#root.clientWidth;
      const size = panelSize(this.#width, view.panels !== undefined);
      const grid = {
        columns: Math.round((size.width - 70) / cell),
        rows: Math.round((size.height - 68) / cell),
      };
      const picture = await this.#client.draw(view, grid);
      this.#picture = picture;
      this.#show(view, picture, { ...size, grid });
      performance.measure("explorer", { start: started });
    } catch (error) {
      this.#status.textContent = error instanceof Error ? error.message : String(error);
    }
    this.#drawing = false;
    if (!this.#again) return;
    this.#again = false;
    this.#draw();
  }

  #show(
    view: View,
    picture: Picture,
    { width, height, grid }: { width: number; height: number; grid: Grid },
  ): void {
    const titles = { x: titleOf(this.#catalog, view, "x"), y: titleOf(this.#catalog, view, "y") };
    const { x, y, panels } = picture;
    const axes = { x, y, grid, titles };
    const said = (domain: Domain, place: number) => {
      const value = valueText(domain, place);
      return typeof value === "number" ? numberText(value) : value;
    };
    const events = {
      onBrush: (from: Place, to: Place) => this.#keep(picture, from, to),
      onPick: (run: number) => this.#change({ run: this.#names[run]!.name }),
      tell: (run: number, count: number, place: Place) =>
        `${said(x, place.x)}, ${said(y, place.y)}: ${count === 1 ? this.#names[run]!.label : `${number.format(count)} ${view.of}, one of ${this.#names[run]!.label}`}`,
    };
    this.#panels.replaceChildren(
      ...panels.map((panel) => new Panel(panel, axes, { width, height, events }).element),
    );
    this.#status.textContent = statusOf(view, picture);
    this.#legend.replaceChildren(...legendOf(picture));
    this.#listRuns(picture);
    void this.#showCell();
  }

  /** Keeps what is within a rectangle, in numbers and names. */
  #keep({ x, y }: Picture, a: Place, b: Place): void {
    const where = { ...this.#view.where };
    const between = { ...this.#view.between };
    for (const [axis, domain] of [
      ["x", x],
      ["y", y],
    ] as const) {
      const [from, to] = [Math.min(a[axis], b[axis]), Math.max(a[axis], b[axis])];
      const name = this.#view[axis];
      if (domain.kind === "names") {
        const column = columnsOf(this.#catalog, this.#view.of).find((own) => own.name === name)!;
        const chosen = domain.levels.filter(
          (_, place) => place + 1 > from * domain.levels.length && place < to * domain.levels.length,
        );
        where[name] = column.levels!.filter((level) => chosen.includes(levelText(level)));
      } else {
        const isSize = domain.kind === "log" && this.#view.scales[axis] === "log";
        // At the start of a logarithmic axis stands all that is smaller.
        const low = isSize && from < 0.01 ? 0 : valueAt(domain, from);
        between[isSize ? `|${name}|` : name] = [short(low), short(valueAt(domain, to))];
      }
    }
    this.#change({ where, between });
  }

  async #showRun({ focus }: { focus: boolean }): Promise<void> {
    const { run } = this.#view;
    if (run === undefined) return this.#run.replaceChildren();
    try {
      const facts = await this.#client.facts(run);
      if (this.#view.run !== run) return;
      this.#run.replaceChildren(runPanel(facts, this.#catalog, () => this.#change({ run: undefined })));
      if (!focus) return;
      const heading = this.#run.querySelector("h2")!;
      heading.scrollIntoView({ block: "nearest" });
      heading.focus({ preventScroll: true });
    } catch (error) {
      this.#run.replaceChildren(html("p", { class: "notice", role: "alert" }, (error as Error).message));
    }
  }

  /** The way to a run without a pointer. */
  #listRuns({ runs, runCount }: Picture): void {
    const items = runs.map(({ name, label, rows }) => {
      const button = html("button", { type: "button", "data-key": `run.${name}` }, label);
      button.addEventListener("click", () => this.#change({ run: name }));
      return html("li", {}, button, ` ${number.format(rows)}`);
    });
    const more = runCount > runs.length ? `, the ${runs.length} with the most marks` : "";
    this.#runs.replaceChildren(
      html("summary", {}, `Runs that are shown: ${number.format(runCount)}`),
      html(
        "p",
        {},
        `Each with how many of the marks are its own${more}. Choose one to see its configuration and its filters' life.`,
      ),
      html("ul", {}, ...items),
    );
  }

  async #showCell(): Promise<void> {
    if (!this.#cell.querySelector("summary"))
      this.#cell.append(html("summary", {}, "As a cell of a notebook"));
    if (!this.#cell.open || !this.#picture) return;
    const code = codeOf(this.#view, this.#catalog, this.#picture);
    const copy = html("button", { type: "button" }, "Copy");
    copy.addEventListener("click", () => {
      navigator.clipboard.writeText(code).then(
        () => (copy.textContent = "Copied"),
        () => (copy.textContent = "The browser let nothing be copied: mark the code"),
      );
    });
    const { cellsPage } = this.#catalog;
    const link =
      cellsPage &&
      html(
        "a",
        { href: `${cellsPage}${await cellFragment(new Map([[1, code]]))}` },
        "Open it in a page where it runs",
      );
    this.#cell.replaceChildren(
      html("summary", {}, "As a cell of a notebook"),
      html("p", {}, "This draws the same rows, in any notebook of the project, and can be changed there."),
      html("p", { class: "explorer-cell-links" }, copy, ...(link ? [link] : [])),
      html("pre", { tabindex: 0 }, code),
    );
  }
}

const short = (value: number): number => Number(value.toPrecision(5));

/** Panels fill the width: one, two or three in a row. */
function panelSize(width: number, isSplit: boolean): { width: number; height: number } {
  const across = !isSplit || width < 560 ? 1 : width < 820 ? 2 : 3;
  const own = Math.floor((width - 16 - 8 * (across - 1)) / across);
  return { width: own, height: across === 1 ? Math.min(460, Math.round(0.8 * own)) : 290 };
}

function statusOf({ of }: View, { shown, total, missing, runCount, panels, left }: Picture): string {
  const parts = [
    `${number.format(shown)} ${of} of ${number.format(runCount)} runs, out of ${number.format(total)}.`,
    missing > 0 && `${number.format(missing)} more have no number along an axis.`,
    left > 0 && `The ${panels.length} panels with the most marks are shown, ${left} are not: keep only some.`,
    shown === 0 && "Nothing is left: keep more.",
  ];
  return parts.filter(Boolean).join(" ");
}

function legendOf({ legend, ramp }: Picture): HTMLElement[] {
  if (ramp)
    return [
      html("span", {}, numberText(ramp.from)),
      html("span", {
        class: "explorer-ramp",
        style: `background:linear-gradient(to right,${rampColors.join(",")})`,
      }),
      html("span", {}, numberText(ramp.to)),
    ];
  return legend.map(({ text, color, count }) =>
    html(
      "span",
      { class: "explorer-key" },
      html("i", { style: `background:${color}` }),
      `${text} (${number.format(count)})`,
    ),
  );
}

const root = document.getElementById("explorer");
const assets = new URL("explorer/", document.baseURI).href;
if (root && location.protocol === "file:")
  root.replaceChildren(
    html(
      "p",
      {},
      "A page opened from disk can fetch no data. In the project's folder, npm run paper -- --serve shows this page with all of it.",
    ),
  );
else if (root)
  new Explorer(root, assets).start().catch((error: Error) => {
    root.replaceChildren(html("p", { class: "notice", role: "alert" }, error.message));
  });

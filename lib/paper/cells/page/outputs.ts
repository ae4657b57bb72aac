import DOMPurify from "dompurify";
import type { PlotlyFigure } from "../../../figures/figure.js";
import { html } from "../../../live/page/dom.js";
import { makeSortable } from "../../../tables/sortable.js";
import { drawInPlace } from "../../page/draw.js";
import { loadPlotly } from "../../page/plotly.js";
import type { Output } from "../messages.js";
import { renderText } from "./text.js";

const plotlyType = "application/vnd.plotly.v1+json";

/** Where what a cell shows comes to stand. Nothing of it can run: HTML is cleaned, all else is text or a drawing. */
export class Outputs {
  readonly element = html("div", { class: "outputs yours" });
  readonly #displays = new Map<string, HTMLElement>();
  #stream: { name: string; element: HTMLElement } | undefined;

  clear(): void {
    this.element.replaceChildren();
    this.#displays.clear();
    this.#stream = undefined;
  }

  show(output: Output): void {
    if (output.type === "stream") {
      if (this.#stream?.name !== output.name) {
        this.#stream = { name: output.name, element: html("pre", { class: "output", tabindex: 0 }) };
        this.element.append(this.#stream.element);
      }
      this.#stream.element.append(output.text);
      return;
    }
    this.#stream = undefined;
    if (output.type === "error") {
      const { traceback } = output.error;
      this.element.append(
        html("pre", { class: "output failed", tabindex: 0, role: "alert" }, traceback.join("\n")),
      );
      return;
    }
    const drawn = elementOf(output.data);
    const before = this.#displays.get(output.id);
    if (output.type === "update" && before) before.replaceWith(drawn);
    else this.element.append(drawn);
    this.#displays.set(output.id, drawn);
  }
}

/** The richest form of an output that the page draws. */
function elementOf(data: Record<string, unknown>): HTMLElement {
  const figure = data[plotlyType];
  if (isFigure(figure)) return figureElement(figure);
  const text = (type: string) => (typeof data[type] === "string" ? (data[type] as string) : undefined);
  const page = text("text/html");
  if (page !== undefined) return pageElement(page);
  const markdown = text("text/markdown") ?? text("text/latex");
  if (markdown !== undefined) return cleaned("computed", renderText(markdown));
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const picture = text(type);
    if (picture !== undefined)
      return html(
        "p",
        { class: "picture" },
        html("img", { src: `data:${type};base64,${picture}`, alt: text("text/plain") ?? "" }),
      );
  }
  const drawing = text("image/svg+xml");
  if (drawing !== undefined)
    return html(
      "p",
      { class: "picture" },
      html("img", { src: `data:image/svg+xml,${encodeURIComponent(drawing)}`, alt: "" }),
    );
  return html("pre", { class: "output", tabindex: 0 }, text("text/plain") ?? "");
}

const isFigure = (value: unknown): value is PlotlyFigure =>
  typeof value === "object" &&
  value !== null &&
  Array.isArray((value as { data?: unknown }).data) &&
  typeof (value as { layout?: unknown }).layout === "object";

function figureElement(figure: PlotlyFigure): HTMLElement {
  const { width = 900, height = 500 } = figure.layout;
  const stage = html("div", {
    class: "figure-stage drawn",
    style: `--height:${height}px;--natural-width:${width}px`,
  });
  const place = html(
    "figure",
    { class: "figure" },
    html("div", { class: "figure-frame", tabindex: 0 }, stage),
  );
  // Its width is known once it stands in the page.
  requestAnimationFrame(() => {
    loadPlotly()
      .then((library) => drawInPlace(library, stage, figure, { head: true }))
      .catch((error: Error) => place.replaceChildren(`This figure could not be drawn: ${error.message}`));
  });
  return place;
}

function pageElement(page: string): HTMLElement {
  const place = cleaned("table-scroll", page);
  place.tabIndex = 0;
  for (const table of place.querySelectorAll("table")) makeSortable(table);
  return place;
}

/** Without scripts, forms, frames, and all that would load from elsewhere. */
function cleaned(name: string, page: string): HTMLElement {
  const place = html("div", { class: name });
  place.append(
    DOMPurify.sanitize(page, {
      RETURN_DOM_FRAGMENT: true,
      USE_PROFILES: { html: true, mathMl: true, svg: true },
      FORBID_TAGS: ["form", "input", "button", "style"],
      ALLOW_DATA_ATTR: false,
    }),
  );
  return place;
}

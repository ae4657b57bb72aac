import { type Look, stateNames } from "../messages.js";
import { svg } from "./dom.js";

/** Filters in a row; a wider layer goes on in the next. */
const perRow = 32;
const cell = 10;
const gap = 5;
const margin = 26;

/** Every filter of a network as a square, by layer, colored by its state. */
export class FilterGrid {
  readonly element: SVGSVGElement;
  private readonly squares: { square: SVGRectElement; title: SVGTitleElement; place: string }[] = [];
  private shown = new Uint8Array(0);

  constructor(
    private readonly name: string,
    private readonly layers: readonly { name: string; filters: number }[],
  ) {
    let y = 0;
    const rows = layers.flatMap(({ name: layer, filters }) => {
      const label = svg("text", { class: "live-tick", x: 0, y: y + cell - 1 }, layer);
      const squares = Array.from({ length: filters }, (_, filter) => {
        const title = svg("title");
        const square = svg(
          "rect",
          {
            class: "live-filter",
            x: margin + cell * (filter % perRow) + 0.5,
            y: y + cell * Math.floor(filter / perRow) + 0.5,
            width: cell - 1.5,
            height: cell - 1.5,
          },
          title,
        );
        this.squares.push({ square, title, place: `${layer}, filter ${filter}` });
        return square;
      });
      y += cell * Math.ceil(filters / perRow) + gap;
      return [label, ...squares];
    });
    const width = margin + cell * Math.min(perRow, Math.max(...layers.map(({ filters }) => filters)));
    this.element = svg("svg", { class: "live-filters", viewBox: `0 0 ${width} ${y}`, role: "img" }, ...rows);
    this.element.style.maxWidth = `${1.5 * width}px`;
    this.show(0, new Uint8Array(this.squares.length));
  }

  show(step: number, states: Look["states"]): void {
    states.forEach((state, index) => {
      if (this.shown[index] === state) return;
      const { square, title, place } = this.squares[index]!;
      square.setAttribute("class", `live-filter live-state-${state}`);
      title.textContent = `${place}: ${stateNames[state]}${step > 0 ? ` since step ${step.toLocaleString("en")}` : ""}`;
    });
    this.shown = states.slice();
    this.element.setAttribute("aria-label", `Filters of ${this.name}: ${this.summary()}`);
  }

  /** "C1 0 of 8 dead, C2 3 of 16 dead, ..." */
  private summary(): string {
    let offset = 0;
    const parts = this.layers.map(({ name, filters }) => {
      const dead = this.shown.subarray(offset, offset + filters).filter((state) => state >= 2).length;
      offset += filters;
      return `${name} ${dead} of ${filters} dead`;
    });
    return parts.join(", ");
  }
}

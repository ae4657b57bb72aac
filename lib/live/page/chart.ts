import { svg } from "./dom.js";

export interface ChartOptions {
  /** "Dead by scale, %" */
  title: string;
  /** Steps that the axis ends at. */
  steps: number;
  /** Where the vertical axis ends at least. Default 0: where the values do. */
  atLeast?: number;
  lines: { name: string; color: string; dashed: boolean }[];
}

const width = 340;
const height = 190;
const plot = { left: 38, right: 318, top: 28, bottom: 160 };

/** A small line chart over steps that grows as it is fed; every line carries its name at its end. */
export class Chart {
  readonly element: SVGSVGElement;
  private readonly points: [step: number, value: number][][];
  private readonly paths: SVGPathElement[];
  private readonly names: SVGTextElement[];
  private readonly ticks = svg("g", { class: "live-tick" });

  constructor(private readonly options: ChartOptions) {
    const { title, steps, lines } = options;
    this.points = lines.map(() => []);
    this.paths = lines.map(({ color, dashed }) =>
      svg("path", { class: `live-line${dashed ? " live-dashed" : ""}`, style: `--line:${color}` }),
    );
    this.names = lines.map(({ name }) => svg("text", { class: "live-name" }, name));
    this.element = svg(
      "svg",
      { class: "live-chart", viewBox: `0 0 ${width} ${height}`, role: "img" },
      svg("text", { class: "live-title", x: 2, y: 14 }, title),
      svg("path", { class: "live-axis", d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}` }),
      svg("text", { class: "live-tick", x: plot.left, y: plot.bottom + 14, "text-anchor": "middle" }, "0"),
      svg(
        "text",
        { class: "live-tick", x: plot.right, y: plot.bottom + 14, "text-anchor": "middle" },
        steps.toLocaleString("en"),
      ),
      svg(
        "text",
        { class: "live-tick", x: (plot.left + plot.right) / 2, y: plot.bottom + 14, "text-anchor": "middle" },
        "step",
      ),
      this.ticks,
      ...this.paths,
      ...this.names,
    );
    this.draw();
  }

  /** A value that is not finite leaves a gap. */
  add(line: number, step: number, value: number): void {
    this.points[line]!.push([step, value]);
  }

  draw(): void {
    const { steps, atLeast = 0, lines, title } = this.options;
    const values = this.points.flat().flatMap(([, value]) => (Number.isFinite(value) ? [value] : []));
    const top = niceCeiling(Math.max(atLeast, ...values));
    const x = (step: number) => plot.left + ((plot.right - plot.left) * step) / steps;
    const y = (value: number) => plot.bottom - ((plot.bottom - plot.top) * value) / top;
    this.ticks.replaceChildren(
      ...[0, top / 2, top].flatMap((value) => [
        svg("path", { class: "live-grid", d: `M${plot.left} ${y(value)}H${plot.right}` }),
        svg(
          "text",
          { x: plot.left - 5, y: y(value) + 4, "text-anchor": "end" },
          String(+value.toPrecision(3)),
        ),
      ]),
    );
    const said = this.points.map((own, index) => {
      const finite = own.filter(([, value]) => Number.isFinite(value));
      this.paths[index]!.setAttribute(
        "d",
        finite
          .map(([step, value], at) => `${at ? "L" : "M"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)
          .join(""),
      );
      const last = finite.at(-1);
      return { index, last, place: last ? y(last[1]) : Number.NaN };
    });
    // Names at the ends of lines that lie close are moved apart.
    const [a, b] = said;
    if (a && b && Math.abs(a.place - b.place) < 12) {
      const middle = Math.min((a.place + b.place) / 2, plot.bottom - 6);
      const upper = a.place <= b.place ? a : b;
      for (const end of [a, b]) end.place = middle + (end === upper ? -6 : 6);
    }
    for (const { index, last, place } of said) {
      if (!last) continue;
      this.names[index]!.setAttribute("x", String(x(last[0]) + 4));
      this.names[index]!.setAttribute("y", (place + 4).toFixed(1));
    }
    const latest = said.flatMap(({ index, last }) =>
      last ? [`${lines[index]!.name} ${last[1].toPrecision(3)} at step ${last[0]}`] : [],
    );
    this.element.setAttribute("aria-label", `${title}: ${latest.join(", ") || "nothing yet"}`);
  }
}

/** The least of 1, 2, 4, 5, 10, 20, ... times a power of ten that is not below; 1 where there is nothing. */
function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 4, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9))!;
}

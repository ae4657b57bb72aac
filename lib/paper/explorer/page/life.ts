import { html, svg } from "../../../live/page/dom.js";
import { filterStates, type RunLife } from "../catalog.js";

/** Pixels of all probes across and of a filter down. */
const across = 400;
const row = 1;
const gap = 6;
const left = 46;

/** The life of every filter of a run: a column a probe, a row a filter, the layers from the input down, in them by death. */
export function lifeOf({ steps, layers, states }: RunLife): HTMLElement {
  const probe = Math.min(100, across / Math.max(1, steps.length));
  const deadFrom = (own: string) => own.length - (/[23]*$/.exec(own)?.[0].length ?? 0);
  const paths = filterStates.map(() => "");
  const names: SVGElement[] = [];
  let [y, first] = [16, 0];
  for (const { name, filters } of layers) {
    names.push(svg("text", { x: left - 6, y: y + (row * filters) / 2 + 4, "text-anchor": "end" }, name));
    const own = states.slice(first, first + filters).sort((a, b) => deadFrom(a) - deadFrom(b));
    for (const life of own) {
      for (let from = 0; from < life.length; ) {
        let to = from;
        while (life[to] === life[from]) to++;
        paths[Number(life[from])] +=
          `M${left + probe * from} ${y}h${probe * (to - from)}v${row}h${-probe * (to - from)}z`;
        from = to;
      }
      y += row;
    }
    first += filters;
    y += gap;
  }
  const width = left + probe * steps.length + 2;
  const marks = steps.flatMap((step, index) =>
    index === 0 || index === steps.length - 1
      ? [
          svg(
            "text",
            { x: left + probe * (index + 0.5), y: 11, "text-anchor": "middle" },
            step.toLocaleString("en"),
          ),
        ]
      : [],
  );
  const dead = states.filter((life) => deadFrom(life) < life.length).length;
  const said = `Life of ${states.length} filters over ${steps.length} probes: ${dead} are dead at the end`;
  return html(
    "div",
    { class: "explorer-life" },
    html(
      "p",
      { class: "explorer-keys" },
      ...filterStates.map((name, state) =>
        html("span", { class: `explorer-key explorer-state-${state}` }, name),
      ),
    ),
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${y}`, role: "img", "aria-label": said, style: `max-width:${width}px` },
      ...paths.map((path, state) => svg("path", { class: `explorer-state-${state}`, d: path })),
      ...names,
      ...marks,
    ),
    html(
      "p",
      {},
      `${said}. Across: steps of the probes; down: filters, layer by layer, in the order of their deaths.`,
    ),
  );
}

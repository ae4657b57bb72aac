import { html } from "../../../live/page/dom.js";
import { type Catalog, type Column, columnsOf, type Level, type TableName } from "../catalog.js";
import {
  columnOfRange,
  columnText,
  firstView,
  hasLevels,
  levelText,
  type ScaleName,
  type View,
} from "../view.js";

type Change = (next: Partial<View>) => void;

const tableWords: Record<TableName, string> = {
  runs: "runs, at their end",
  epochs: "epochs of runs",
  layers: "layers of runs, at their end",
  filters: "filters of runs",
};

/** What a view is of, along which axes, in which colors and panels. Every control has a key, by which focus finds it again. */
export function viewControls(catalog: Catalog, view: View, change: Change): HTMLElement {
  const columns = columnsOf(catalog, view.of);
  const options = columns.map(({ name, words }): [string, string] => [name, words]);
  const split = columns.filter(hasLevels).map(({ name, words }): [string, string] => [name, words]);
  const axis = (name: "x" | "y", words: string) => {
    const column = columns.find((own) => own.name === view[name])!;
    const scale = choice(
      `${name}.scale`,
      `Scale of ${name}`,
      view.scales[name],
      [
        ["linear", "linear"],
        ["log", "log of its size"],
      ],
      (own) => change({ scales: { ...view.scales, [name]: own as ScaleName } }),
    );
    return [
      choice(name, words, view[name], options, (own) => {
        const { log } = columns.find((other) => other.name === own)!;
        change({ [name]: own, scales: { ...view.scales, [name]: log ? "log" : "linear" } });
      }),
      ...(column.isName ? [] : [scale]),
    ];
  };
  return html(
    "div",
    { class: "explorer-controls" },
    choice("of", "One mark for each of the", view.of, Object.entries(tableWords), (of) =>
      change({
        ...firstView(catalog, of as TableName),
        images: view.images,
        where: sharedFilters(catalog, view, of as TableName),
      }),
    ),
    ...(view.of === "filters"
      ? [
          choice(
            "probe",
            "When in training",
            String(view.probe),
            catalog.probes.map((own) => [String(own), own === 100 ? "at the end" : `after ${own} %`]),
            (own) => change({ probe: Number(own) }),
          ),
        ]
      : []),
    choice(
      "images",
      "Errors measured on",
      view.images,
      [
        ["test", "test images"],
        ["validation", "held-out training images"],
      ],
      (own) => change({ images: own as View["images"] }),
    ),
    ...axis("x", "Across"),
    ...axis("y", "Up"),
    choice("color", "Color", view.color ?? "", [["", "one for all"], ...options], (own) =>
      change({ color: own || undefined }),
    ),
    choice("panels", "A panel for each", view.panels ?? "", [["", "none: all in one"], ...split], (own) =>
      change({ panels: own || undefined }),
    ),
  );
}

/** Filters on what all tables have go along from one to another. */
function sharedFilters({ factors }: Catalog, { where }: View, _of: TableName): View["where"] {
  const names = new Set(factors.map(({ name }) => name));
  return Object.fromEntries(Object.entries(where).filter(([name]) => names.has(name)));
}

function choice(
  key: string,
  words: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
  onChoose: (value: string) => void,
): HTMLElement {
  const select = html(
    "select",
    { "data-key": key },
    ...options.map(([value, text]) => html("option", { value, selected: value === chosen }, text)),
  );
  select.addEventListener("change", () => onChoose(select.value));
  return html("label", {}, html("span", {}, words), select);
}

/** What is kept: of names those that are ticked, of numbers those between two. `open`: columns that are filtered, or about to be. */
export function filterControls(
  catalog: Catalog,
  view: View,
  { change, open }: { change: Change; open: Set<string> },
): HTMLElement {
  const columns = columnsOf(catalog, view.of);
  const keys = [...new Set([...Object.keys(view.where), ...Object.keys(view.between), ...open])];
  const editors = keys.flatMap((key) => {
    const column = columns.find(({ name }) => name === columnOfRange(key));
    if (!column) return [];
    const remove = html("button", { type: "button", "data-key": `remove.${key}` }, "Keep all");
    remove.addEventListener("click", () => {
      open.delete(key);
      change({ where: without(view.where, key), between: without(view.between, key) });
    });
    const words = key === column.name ? column.words : `size of ${column.words}`;
    const body =
      column.isName || (hasLevels(column) && !(key in view.between))
        ? ticks(column, view, change)
        : ends(key, view, change);
    return [html("fieldset", {}, html("legend", {}, words), body, remove)];
  });
  const add = html(
    "select",
    { "data-key": "add" },
    html("option", { value: "" }, "choose ..."),
    ...columns
      .filter(({ name }) => !keys.includes(name))
      .map(({ name, words }) => html("option", { value: name }, words)),
  );
  add.addEventListener("change", () => {
    open.add(add.value);
    change({});
  });
  return html(
    "div",
    { class: "explorer-filters" },
    ...editors,
    html("label", {}, html("span", {}, "Keep only some, by"), add),
  );
}

const without = <T>(record: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

function ticks({ name, levels = [] }: Column, view: View, change: Change): HTMLElement {
  const kept = view.where[name] ?? [];
  const boxes = levels.map((level) => {
    const box = html("input", {
      type: "checkbox",
      "data-key": `where.${name}.${String(level)}`,
      checked: kept.includes(level),
    });
    box.addEventListener("change", () => {
      const next: Level[] = levels.filter((own) => (own === level ? box.checked : kept.includes(own)));
      change({ where: next.length > 0 ? { ...view.where, [name]: next } : without(view.where, name) });
    });
    return html("label", {}, box, levelText(level));
  });
  return html("div", { class: "explorer-ticks" }, ...boxes);
}

function ends(key: string, view: View, change: Change): HTMLElement {
  const [from, to] = view.between[key] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const field = (end: "from" | "to", value: number) => {
    const input = html("input", {
      ...{ type: "text", inputmode: "decimal", size: 9, "data-key": `${end}.${key}` },
      value: Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "",
    });
    const note = html("span", { class: "explorer-wrong", role: "alert" });
    input.addEventListener("change", () => {
      const empty = end === "from" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      const number = input.value.trim() === "" ? empty : Number(input.value);
      const next: [number, number] = end === "from" ? [number, to] : [from, number];
      if (!(next[0] <= next[1])) {
        note.textContent = Number.isNaN(number)
          ? "Expected a number, e.g. 1e-3."
          : "Expected no more than its upper end.";
        return;
      }
      change({ between: { ...view.between, [key]: next } });
    });
    return html("label", {}, end, " ", input, note);
  };
  return html("div", { class: "explorer-ends" }, field("from", from), field("to", to));
}

export const titleOf = (catalog: Catalog, view: View, axis: "x" | "y"): string => {
  const column = columnsOf(catalog, view.of).find(({ name }) => name === view[axis])!;
  const text = columnText(column);
  return view.scales[axis] === "log" && !column.isName ? `${text}, log of its size` : text;
};

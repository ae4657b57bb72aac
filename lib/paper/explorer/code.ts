import { type Catalog, type Column, columnsOf, type TableName } from "./catalog.js";
import { levelColors, rampColors, rampSteps } from "./colors.js";
import type { Picture } from "./messages.js";
import type { Domain } from "./scale.js";
import { columnOfRange, columnText, levelText, type View } from "./view.js";

const frames: Record<TableName, string> = {
  runs: "runsFrame",
  epochs: "epochsFrame",
  layers: "layersFrame",
  filters: "filtersFrame",
};

/** Rows that a cell draws at most: each is a mark of its own. */
const mostMarks = 4000;
/** Shades that a cell tells apart. */
const shades = 8;

/** Columns that `where` of a study's runs does not choose by. */
const notFactors = new Set(["arm", "seed"]);

/** A cell of a notebook that draws what a view shows, with the library's own grammar. */
export function codeOf(view: View, catalog: Catalog, { shown, missing, x, y, ramp }: Picture): string {
  const columns = new Map(columnsOf(catalog, view.of).map((column) => [column.name, column]));
  const [ofX, ofY] = [columns.get(view.x)!, columns.get(view.y)!];
  const { factors, conditions } = choicesOf(view, catalog);
  if (missing > 0)
    for (const [name, { kind }] of [
      [view.x, x],
      [view.y, y],
    ] as const)
      if (kind !== "names") conditions.push(`op.is_finite(row.${name})`);
  const named = [...conditions.join(" ").matchAll(/row\.(\w+)/g)].map(([, name]) => name!);
  const used = [
    ...new Set([view.x, view.y, ...[view.color, view.panels].flatMap((name) => name ?? []), ...named]),
  ];
  const isSampled = shown > mostMarks;
  const scales = [x.kind === "names" ? "layers" : x.kind, y.kind];
  const imports = ["chart", "dot", frames[view.of], ...new Set(scales), "runsOnRecord", "showFigure"].sort();
  const fromArquero = [
    ...(conditions.some((text) => text.includes("op.")) ? ["op"] : []),
    ...(isSampled ? ["seed"] : []),
  ];
  const all = `await runsOnRecord(${view.images === "test" ? "" : `{ evaluatedOn: "validation" }`})`;
  const probe = view.of === "filters" && view.probe !== 100 ? `, { probes: ${view.probe / 100} }` : "";
  const title = `${capitalized(ofY.words)} against ${ofX.words}`;
  return [
    `import { ${imports.join(", ")} } from "filter-sparsity";`,
    ...(fromArquero.length > 0 ? [`import { ${fromArquero.join(", ")} } from "arquero";`] : []),
    "",
    `interface Row { ${used.map((name) => `${name}: ${typeOf(columns.get(name)!)}`).join("; ")} }`,
    ...(isSampled
      ? [
          `// Of ${shown.toLocaleString("en")} rows ${mostMarks.toLocaleString("en")}, the same each time.`,
          "seed(1);",
        ]
      : []),
    `const runs = ${factors ? `(${all}).where({ ${factors} })` : all};`,
    [
      `const rows = ${frames[view.of]}(runs${probe})`,
      ...(conditions.length > 0 ? [`.filter((row: Row) => ${conditions.join(" && ")})`] : []),
      ...(isSampled ? [`.sample(${mostMarks})`] : []),
    ]
      .join("\n  ")
      .concat(";"),
    "await showFigure(chart({",
    `  title: ${JSON.stringify(title)},`,
    `  reading: "One mark for each of the ${view.of}.",`,
    "  rows,",
    ...(view.panels ? [`  panels: { of: (row: Row) => String(row.${view.panels}) },`] : []),
    `  x: ${channel(ofX, x, "x")},`,
    `  y: ${channel(ofY, y, "y")},`,
    ...(view.color ? [`  series: ${seriesOf(columns.get(view.color)!, ramp)},`] : []),
    `  marks: [dot({ hover: "%{x:.3g}, %{y:.3g}", opacity: 0.5, legend: true })],`,
    `}), { name: "1", caption: ${JSON.stringify(`${title}.`)} });`,
  ].join("\n");
}

/** What is kept: factors of runs, as a study's `where` takes them, and conditions on rows. */
function choicesOf(view: View, catalog: Catalog): { factors: string; conditions: string[] } {
  const own = new Set(catalog.tables[view.of].columns.map(({ name }) => name));
  const isFactor = (name: string) => !own.has(name) && !notFactors.has(name);
  const where = Object.entries(view.where);
  const factors = where
    .filter(([name]) => isFactor(name))
    .map(([name, levels]) => `${name}: ${JSON.stringify(levels)}`);
  const conditions = where
    .filter(([name]) => !isFactor(name))
    .map(([name, levels]) => {
      const any = levels.map((level) => `row.${name} === ${JSON.stringify(level)}`);
      return any.length > 1 ? `(${any.join(" || ")})` : any.join();
    });
  const ends = Object.entries(view.between).flatMap(([range, [from, to]]) => {
    const name = columnOfRange(range);
    const value = name === range ? `row.${name}` : `op.abs(row.${name})`;
    return [
      ...(Number.isFinite(from) ? [`${value} >= ${from}`] : []),
      ...(Number.isFinite(to) ? [`${value} <= ${to}`] : []),
    ];
  });
  return { factors: factors.join(", "), conditions: [...conditions, ...ends] };
}

const capitalized = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

function typeOf({ levels, isName }: Column): string {
  if (!isName) return "number";
  const kinds = new Set((levels ?? []).map((level) => (level === null ? "null" : typeof level)));
  return [...kinds].sort().join(" | ");
}

function channel(column: Column, domain: Domain, axis: "x" | "y"): string {
  const { name } = column;
  const title = JSON.stringify(capitalized(columnText(column)));
  if (domain.kind === "names") {
    const there = (column.levels ?? []).filter((level) => domain.levels.includes(levelText(level)));
    const levels = JSON.stringify(there.map(String));
    const of = `(row: Row) => String(row.${name})`;
    if (axis === "y") return `{ of: ${of}, scale: names(${levels}), title: ${title} }`;
    return `{ of: (row: Row) => ${levels}.indexOf(String(row.${name})), scale: layers(${levels}), title: ${title} }`;
  }
  if (domain.kind === "linear") return `{ of: "${name}", scale: linear(), title: ${title} }`;
  const ends = [domain.from, domain.to].map((end) => Number(end.toFixed(2)));
  const of = `(row: Row) => Math.abs(row.${name})`;
  const floor = Number((10 ** domain.from).toPrecision(2));
  return `{ of: ${of}, scale: log({ floor: ${floor}, range: [${ends.join(", ")}] }), title: ${title} }`;
}

function seriesOf(column: Column, ramp: Picture["ramp"]): string {
  const { name, levels } = column;
  if (levels) {
    const own = levelColors(
      name,
      levels,
      levels.map(() => 1),
    );
    const looks = Object.fromEntries(levels.map((level, place) => [String(level), own[place]]));
    return `{ of: (row: Row) => String(row.${name}), apart: false, look: (name) => ({ color: (${JSON.stringify(looks)} as Record<string, string>)[name] ?? "#BDBDBD" }) }`;
  }
  const colors = Array.from(
    { length: shades },
    (_, step) => rampColors[Math.floor(((rampSteps - 1) * step) / (shades - 1))],
  );
  const { from, to } = ramp ?? { from: 0, to: 1 };
  const place = column.log
    ? `Math.log10(Math.abs(row.${name}) / ${short(from)}) / ${short(Math.log10(to / from))}`
    : `(row.${name} - ${short(from)}) / ${short(to - from)}`;
  return `{ of: () => ${JSON.stringify(column.words)}, apart: false, look: (_name, { row }: { row: Row }) => ({ color: ${JSON.stringify(colors)}[Math.max(0, Math.min(${shades - 1}, Math.floor(${shades} * ${place})))] ?? "#BDBDBD" }) }`;
}

const short = (value: number): number => Number(value.toPrecision(4));

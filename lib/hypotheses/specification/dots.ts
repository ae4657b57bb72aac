import type { SpecificationRow } from "./row.js";
import { specificationCounts } from "./sentence.js";

const [width, height, margin] = [120, 24, 5];
const middle = height / 2;

/**
 * A specification curve as small as a word: an SVG of 120 x 24 pixels, a dot for each specification along its effect, zero as a
 * line, the smallest effect of interest as a band, the main specification large. Of the rows in the main one's unit; an empty
 * text where there is none. Colors are the classes of verdicts ("bar-supported"), else the text's.
 */
export function specificationDots(rows: readonly SpecificationRow[]): string {
  const main = rows.find(({ isMain }) => isMain);
  const own = main ? rows.filter(({ unit }) => unit === main.unit) : [];
  if (!main || own.length === 0) return "";
  const band = Math.abs(main.smallestEffect);
  const values = [...own.map(({ effect }) => effect), -band, band];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const place = (value: number) => {
    const share = (value - least) / (most - least || 1);
    return Number((margin + share * (width - 2 * margin)).toFixed(1));
  };
  const dots = [...own]
    .sort((a, b) => Number(a.isMain) - Number(b.isMain))
    .map(({ effect, verdict, isMain }) => {
      const color = verdict === undefined ? "" : ` class="bar-${verdict.replaceAll(" ", "-")}"`;
      const fill = verdict === undefined ? "none" : "currentColor";
      const [radius, opacity] = isMain ? [4.5, 1] : [2.5, 0.65];
      return `<circle${color} cx="${place(effect)}" cy="${middle}" r="${radius}" fill="${fill}" stroke="currentColor" fill-opacity="${opacity}" stroke-opacity="${opacity}"/>`;
    });
  return [
    `<svg class="specification-dots" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${specificationCounts(own)}">`,
    `<title>${specificationCounts(own)}</title>`,
    `<rect class="bar-small" x="${place(-band)}" y="2" width="${Number((place(band) - place(-band)).toFixed(1))}" height="${height - 4}" fill="#8C8C8C" fill-opacity="0.25"/>`,
    `<path class="bar-zero" d="M${place(0)} 1v${height - 2}" stroke="currentColor" stroke-opacity="0.5"/>`,
    ...dots,
    "</svg>",
  ].join("");
}

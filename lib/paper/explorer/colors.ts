import { optimizerNames, optimizerStyle, stateColors } from "../../figures/palette.js";
import type { Level } from "./catalog.js";
import { levelText } from "./view.js";

/** Colors for names that have none of their own: Okabe and Ito's, and darker tones. */
const colors = [
  ...["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288"],
  ...["#8B7D00", "#8A2C0D", "#00543D", "#7B2A63", "#595959"],
];
const others = "#BDBDBD";
export const mostColors = colors.length;

const states: Record<string, string> = {
  alive: "#8C8C8C",
  "alive again": "#C9B800",
  "dead by activation": stateColors.deadByActivation,
  "dead by scale": stateColors.deadByScale,
};

/** A color for each level; beyond the most frequent dozen all have one. `counts`: how many rows each has. */
export function levelColors(column: string, levels: readonly Level[], counts: readonly number[]): string[] {
  if (column === "state") return levels.map((level) => states[String(level)] ?? others);
  if (column === "optimizer")
    return levels.map((level) =>
      optimizerNames.includes(String(level)) ? optimizerStyle(String(level)).color : others,
    );
  const named = [...counts.keys()].filter((place) => counts[place]! > 0);
  named.sort((a, b) => counts[b]! - counts[a]!);
  const chosen = named.slice(0, mostColors).sort((a, b) => a - b);
  return levels.map((_, place) => colors[chosen.indexOf(place)] ?? others);
}

export interface LegendEntry {
  text: string;
  color: string;
  count: number;
}

/** What colors mean, levels without rows left out, those without a color of their own as one. */
export function legendOf(
  levels: readonly Level[],
  own: readonly string[],
  counts: readonly number[],
): LegendEntry[] {
  const there = levels.flatMap((level, place) =>
    counts[place]! > 0 ? [{ text: levelText(level), color: own[place]!, count: counts[place]! }] : [],
  );
  const rest = there.filter(({ color }) => color === others);
  const named = there.filter(({ color }) => color !== others);
  if (rest.length < 2) return there;
  return [
    ...named,
    { text: `${rest.length} others`, color: others, count: rest.reduce((sum, { count }) => sum + count, 0) },
  ];
}

/** From few to many: light to dark, so that print keeps the order. */
const ramp = ["#FDE725", "#7AD151", "#22A884", "#2A788E", "#414487", "#440154"].reverse();

/** Steps of the ramp that are told apart. */
export const rampSteps = 64;

/** Colors of numbers from the least to the most: a part of viridis that shows on white. */
export const rampColors: readonly string[] = Array.from({ length: rampSteps }, (_, step) => {
  const at = (0.93 * step * (ramp.length - 1)) / (rampSteps - 1);
  const [a, b] = [channelsOf(ramp[Math.floor(at)]!), channelsOf(ramp[Math.ceil(at)]!)];
  const mixed = a.map((channel, index) => Math.round(channel + (b[index]! - channel) * (at % 1)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
});

/** "#rrggbb" as numbers to 255. */
export function channelsOf(color: string): [number, number, number] {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return [red!, green!, blue!];
}

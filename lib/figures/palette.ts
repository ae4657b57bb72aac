import { UserError } from "../errors.js";

/** How one optimizer is drawn in every figure: by color on a screen, by marker and dash in greyscale print. */
export interface OptimizerStyle {
  color: string;
  /** Plotly marker symbol, filled; its open variant stands for decoupled weight decay. */
  symbol: string;
  /** Plotly line dash. */
  dash: string;
}

/**
 * Okabe and Ito's colors that are safe for color-blind readers (jfly.uni-koeln.de/color, 2008), by family: blues
 * for plain gradient steps, reds and purples for Adam's, greens for accumulated squares. Where thirteen
 * optimizers outrun seven colors, a darker tone of the family joins in and the marker decides.
 */
const optimizerStyles: Record<string, OptimizerStyle> = {
  SGD: { color: "#0072B2", symbol: "square", dash: "dash" },
  "SGD+momentum": { color: "#56B4E9", symbol: "diamond", dash: "dashdot" },
  "SGD+Nesterov": { color: "#003B5C", symbol: "triangle-left", dash: "longdash" },
  Adam: { color: "#D55E00", symbol: "circle", dash: "solid" },
  AdamW: { color: "#E69F00", symbol: "triangle-up", dash: "longdashdot" },
  AMSGrad: { color: "#8A2C0D", symbol: "triangle-down", dash: "dot" },
  Adamax: { color: "#CC79A7", symbol: "pentagon", dash: "8px,3px,2px,3px,2px,3px" },
  NAdam: { color: "#7B2A63", symbol: "hexagram", dash: "12px,3px" },
  AdaGrad: { color: "#009E73", symbol: "star", dash: "4px,4px" },
  Adadelta: { color: "#00543D", symbol: "hourglass", dash: "2px,6px" },
  RMSProp: { color: "#7FB800", symbol: "star-triangle-up", dash: "10px,3px,4px,3px" },
  Lion: { color: "#000000", symbol: "star-diamond", dash: "16px,4px" },
  Muon: { color: "#8B7D00", symbol: "bowtie", dash: "6px,2px,6px,8px" },
};

export const optimizerNames = Object.keys(optimizerStyles);

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");
const stylesByPlainName = new Map(
  Object.entries(optimizerStyles).map(([name, style]) => [plain(name), style]),
);

/**
 * The look of an optimizer; case and spaces in its name do not matter. Throws `UserError` on a name that has
 * none, rather than lend it another's color.
 */
export function optimizerStyle(name: string): OptimizerStyle {
  const style = stylesByPlainName.get(plain(name));
  if (!style) {
    throw new UserError(
      `Optimizer "${name}" has no color. Expected one of ${optimizerNames.join(", ")}; add it to lib/figures/palette.ts.`,
    );
  }
  return style;
}

/** States of a filter, from light to dark so that print keeps their order; those that came back are marked besides. */
export const stateColors = {
  alive: "#CFCFCF",
  aliveAgain: "#F0E442",
  deadByActivation: "#9A8BD0",
  deadByScale: "#332288",
} as const;

/** Verdicts, in the site's colors for them; the symbol tells them apart in print. */
export const answerLooks: Readonly<Record<string, { color: string; symbol: string }>> = {
  supported: { color: "#14693A", symbol: "circle" },
  "no difference that matters": { color: "#3D4F7A", symbol: "square-open" },
  undecided: { color: "#6B5200", symbol: "diamond-open" },
  contradicted: { color: "#A32A2A", symbol: "x" },
};

/** White to the color of a filter dead by scale: 0 to 100 % dead, even steps of lightness. */
export const deadShareScale: [number, string][] = [
  [0, "#FFFFFF"],
  [0.25, "#D6D2EA"],
  [0.5, "#A79FD2"],
  [0.75, "#6C60AE"],
  [1, stateColors.deadByScale],
];

/** `color` ("#rrggbb") with an opacity, as Plotly writes it. */
export function translucent(color: string, opacity: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${channels.join(",")},${opacity})`;
}

/** Mixes `color` ("#rrggbb") with white: weight 1 keeps it, 0 gives white. */
export function tint(color: string, weight: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(255 + (channel - 255) * weight));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

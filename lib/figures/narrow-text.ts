import type { PlotlyFigure } from "./figure.js";
import { plainText } from "./plain-text.js";

type Item = Record<string, unknown>;

/** Pixels of an average character of a theme's text. */
const characterWidth = 7.2;

const plainLength = (text: string): number => plainText(text).length;

/** Pixels that a text in Plotly's markup is wide, roughly: its longest line's. */
export const textWidth = (text: string): number =>
  characterWidth * Math.max(...text.split(/<br>/).map(plainLength));

/** A text in Plotly's markup, broken at spaces so that no line is wider than `width` pixels. */
export function wrapText(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(/ (?![^<]*>)/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("<br>");
}

/**
 * A heatmap for a narrow width: cells with their first line only (a mean without its range), the names of columns
 * likewise, and no color bar where the cells have their numbers.
 */
export function narrowHeatmap({ data, layout, ...rest }: PlotlyFigure): PlotlyFigure {
  const firstLine = (text: unknown) => String(text).split("<br>")[0];
  const annotations = layout.annotations as Item[] | undefined;
  const hasNumbers = annotations?.some(({ xref, text }) => xref === undefined && /\d/.test(String(text)));
  const xaxis = layout.xaxis as Item | undefined;
  const ticktext = xaxis?.ticktext as unknown[] | undefined;
  return {
    ...rest,
    data: data.map((trace) =>
      hasNumbers && trace.type === "heatmap" ? { ...trace, showscale: false } : trace,
    ),
    layout: {
      ...layout,
      ...(hasNumbers &&
        layout.coloraxis !== undefined && {
          coloraxis: { ...(layout.coloraxis as Item), showscale: false },
        }),
      ...(ticktext && { xaxis: { ...xaxis, ticktext: ticktext.map(firstLine) } }),
      ...(annotations && {
        annotations: annotations.map((item) =>
          item.xref === undefined ? { ...item, text: firstLine(item.text) } : item,
        ),
      }),
    },
  };
}

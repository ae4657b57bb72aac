import { wrapText } from "./narrow-text.js";

/** A pair of axes: their ids, and where they are before and after the figure is laid out anew. */
export interface Panel {
  x: string;
  y: string;
  /** Row and column in the figure as it was, from the upper left. */
  row: number;
  column: number;
  before: Place;
  after: Place;
}

/** Of the drawing area, 0 to 1, from the lower left. */
export interface Place {
  x: [number, number];
  y: [number, number];
}

type Item = Record<string, unknown>;

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

interface Move {
  panels: Panel[];
  /** Of the drawing area, pixels, before and after. */
  old: Size;
  area: number;
  areaHeight: number;
  columnsBefore: number;
}

/** An annotation or shape whose coordinates on the drawing area follow the panel they belong to. */
export function moved(
  item: Item,
  keys: string[],
  { panels, old, area, areaHeight, columnsBefore }: Move,
): Item {
  const onPaper = (letter: "x" | "y") => item[`${letter}ref`] === "paper";
  if (!onPaper("x") && !onPaper("y")) return item;
  const isShared = onPaper("x") && onPaper("y") && item.x === 0.5 && columnsBefore > 1;
  if (isShared) return { ...item, text: wrapText(String(item.text), area) };
  const panel = panelOf(item, panels, keys);
  if (!panel) return item;
  const copy = { ...item };
  for (const key of keys) {
    const letter = key[0] as "x" | "y";
    if (!onPaper(letter) || typeof item[key] !== "number") continue;
    const [before, after] = [panel.before[letter], panel.after[letter]];
    const [pixels, now] = letter === "x" ? [old.width, area] : [old.height, areaHeight];
    copy[key] = follow(item[key] as number, { before, after, pixels, now });
  }
  return copy;
}

/** Within a panel a place keeps its share of it, outside its distance in pixels. */
function follow(
  value: number,
  { before, after, pixels, now }: { before: number[]; after: number[]; pixels: number; now: number },
): number {
  const [from, to] = before as [number, number];
  const [newFrom, newTo] = after as [number, number];
  if (value < from) return newFrom - ((from - value) * pixels) / now;
  if (value > to) return newTo + ((value - to) * pixels) / now;
  return newFrom + ((value - from) / (to - from)) * (newTo - newFrom);
}

function panelOf(item: Item, panels: Panel[], keys: string[]): Panel | undefined {
  const onAxis = panels.find(({ x, y }) => item.xref === x || item.yref === y);
  if (onAxis) return onAxis;
  const middle = (letter: string) => {
    const values = keys.filter((key) => key[0] === letter).map((key) => Number(item[key]));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const outside = (value: number, [from, to]: [number, number]) => Math.max(from - value, value - to, 0);
  const distance = ({ before }: Panel) => outside(middle("x"), before.x) + outside(middle("y"), before.y);
  return panels.reduce<Panel | undefined>(
    (best, panel) => (best && distance(best) <= distance(panel) ? best : panel),
    undefined,
  );
}

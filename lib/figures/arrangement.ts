/** One of a panel's axes. */
export interface AxisPlan {
  title: string;
  /** Whether the axis is the panel's own and always has its labels; else it shares those at the grid's edge. */
  own?: boolean;
}

export interface PanelPlan {
  name: string;
  row: number;
  column: number;
  x: AxisPlan;
  y: AxisPlan;
}

/** What a figure knows of its panels, so that it can be arranged for any width. Plain JSON, kept in `layout.meta`. */
export interface Arrangement {
  title: string;
  /** Lines below the title: how to read it, seeds, data. */
  subtitle: string[];
  /** In the order of their axes: x and y, x2 and y2, ... */
  panels: PanelPlan[];
  /** Whether rows of panels mean something, so that no line mixes them. */
  grid: boolean;
  /** Pixels of each row of panels. */
  heights: number[];
  legend: boolean;
  /** Pixels of a line or symbol in the legend. */
  itemWidth: number;
  /** Pixels right of every panel that its labels take, above it, and below its axis. */
  right: number;
  above: number;
  below: number;
  /** Pixels that a panel has at least; where a phone has fewer, the figure scrolls. */
  leastWidth: number;
  /** Whether a color bar stands at the right, where there is room. */
  colorBar: boolean;
}

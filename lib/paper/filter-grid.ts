/** What a filter is at a probe, as a digit of a run's text; dead is one by activation. */
export const gridStates = ["alive", "dead", "dead, and its scale decayed"] as const;

/** One run, as the first page draws it. */
export interface GridRun {
  label: string;
  /** Filters of each layer. */
  layers: number[];
  /** Of each probe, a digit for each filter. */
  states: string[];
}

export const perRow = 32;
const cell = 10;
const gap = 5;

/** Width and height of the drawing of a network with these layers. */
export const gridSize = ({ layers }: Pick<GridRun, "layers">): [width: number, height: number] => [
  cell * Math.min(perRow, Math.max(...layers)),
  layers.reduce((y, filters) => y + cell * Math.ceil(filters / perRow) + gap, -gap),
];

/** The filters in each state as the outline of their squares, layer below layer: one SVG path a state. */
export function gridPaths({ layers }: Pick<GridRun, "layers">, states: string): string[] {
  const paths = gridStates.map(() => "");
  let [y, offset] = [0, 0];
  for (const filters of layers) {
    for (let filter = 0; filter < filters; filter++) {
      const [across, down] = [cell * (filter % perRow), y + cell * Math.floor(filter / perRow)];
      paths[Number(states[offset + filter])] += `M${across} ${down}h8.5v8.5h-8.5z`;
    }
    offset += filters;
    y += cell * Math.ceil(filters / perRow) + gap;
  }
  return paths;
}

/** "217 of 464 filters dead" */
export function gridWords(states: string): string {
  const dead = [...states].filter((state) => state !== "0").length;
  return `${dead} of ${states.length} filters dead`;
}

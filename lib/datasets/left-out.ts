import { relative } from "node:path";

/** What one thing left out is called, and several of them: "link that leads nowhere". */
export type Reason = readonly [one: string, several: string];

export const reasons = {
  noUtf8: ["name that is no UTF-8", "names that are no UTF-8"],
  deadLink: ["link that leads nowhere", "links that lead nowhere"],
  loop: ["link to a folder above itself", "links to folders above themselves"],
  noFile: ["pipe, socket or device", "pipes, sockets or devices"],
  outside: ["image outside the class folders", "images outside the class folders"],
} as const satisfies Record<string, Reason>;

/** Files by their ending: those that no image read here has. */
export const byEnding = (name: string): Reason => {
  const ending = /\.[^./]+$/.exec(name)?.[0].toLowerCase();
  return ending === undefined
    ? ["file without an ending", "files without an ending"]
    : [`file ending in ${ending}`, `files ending in ${ending}`];
};

/** Folders that are told one by one. */
const mostFolders = 10;

/** Counts what a listing of folders passes over, by folder and reason. */
export class LeftOut {
  private readonly folders = new Map<string, Map<string, { reason: Reason; count: number }>>();

  add(folder: string, reason: Reason): void {
    const known = this.folders.get(folder) ?? new Map<string, { reason: Reason; count: number }>();
    const { count } = known.get(reason[0]) ?? { count: 0 };
    known.set(reason[0], { reason, count: count + 1 });
    this.folders.set(folder, known);
  }

  /** `left out in train/cat: 3 files ending in .bmp, 1 link that leads nowhere`; paths as seen from `location`. */
  lines(location: string): string[] {
    const folders = [...this.folders].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = folders
      .slice(0, mostFolders)
      .map(
        ([folder, counts]) => `left out in ${relative(location, folder) || "."}: ${told(counts.values())}`,
      );
    const rest = folders.slice(mostFolders);
    if (rest.length === 0) return lines;
    const all = new LeftOut();
    for (const [, counts] of rest)
      for (const { reason, count } of counts.values()) for (let i = 0; i < count; i++) all.add("", reason);
    return [...lines, `left out in ${rest.length} more folders: ${told(all.folders.get("")!.values())}`];
  }
}

const told = (counts: Iterable<{ reason: Reason; count: number }>): string =>
  [...counts]
    .map(({ reason: [one, several], count }) => `${count} ${count === 1 ? one : several}`)
    .join(", ");

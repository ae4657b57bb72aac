import type { Column } from "../catalog.js";
import { type Domain, domainOf, placeOn } from "../scale.js";
import { levelText, type ScaleName } from "../view.js";
import type { Numbers } from "./store.js";

/** Positions of some rows along an axis, 0 to 1, in their order; NaN where a row has none. */
export interface Axis {
  domain: Domain;
  places: Float32Array<ArrayBuffer>;
}

/** `salt`: any number, another for each axis. */
export function axisOf(
  { levels, isName }: Column,
  values: Numbers,
  rows: Uint32Array,
  { scale, salt }: { scale: ScaleName; salt: number },
): Axis {
  const places = new Float32Array(rows.length);
  if (!isName) {
    const own = numbersOf(values, rows);
    const domain = domainOf(scale, own);
    for (let index = 0; index < places.length; index++) places[index] = placeOn(domain, own[index]!);
    return { domain, places };
  }
  const there = new Set<number>();
  for (const row of rows) there.add(values[row]!);
  const own = [...there].sort((a, b) => a - b);
  const rank: number[] = [];
  for (const [index, level] of own.entries()) rank[level] = index;
  // Rows of one name stand beside each other, each always at the same place.
  for (let index = 0; index < places.length; index++) {
    const row = rows[index]!;
    places[index] = (rank[values[row]!]! + 0.2 + 0.6 * scattered(row + salt)) / own.length;
  }
  return { domain: { kind: "names", levels: own.map((level) => levelText(levels![level]!)) }, places };
}

/** A column's values in some rows. */
export const numbersOf = (values: Numbers, rows: Uint32Array): Float64Array =>
  gathered(values, rows, new Float64Array(rows.length));

/** The same into an array: hundreds of thousands of rows are read by their places in loops, several times as fast as in calls. */
export function gathered<Into extends Numbers | Uint16Array>(
  values: Numbers,
  rows: Uint32Array,
  into: Into,
): Into {
  for (let index = 0; index < rows.length; index++) into[index] = values[rows[index]!]!;
  return into;
}

/** A number from 0 to 1 that looks like chance (the finalizer of MurmurHash3, Appleby 2011). */
function scattered(seed: number): number {
  let bits = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

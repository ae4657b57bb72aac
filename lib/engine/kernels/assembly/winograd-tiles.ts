import { KaratsubaLine, WinogradLine } from "./winograd-lines";

enum Transform {
  values,
  results,
  gradients,
  filter,
  filterGradient,
}

/** Two-dimensional transforms of one tile, 4 channels of it at a time. */
class Tile {
  /**
   * The line transform of each of the `size` rows, then of each of the `results` columns of those. What lies between
   * goes through `lines`, scratch of 36 vectors in the first cache; 6 x 6 vectors would not fit the registers.
   */
  @inline
  static transform(
    karatsuba: bool,
    transform: Transform,
    size: usize,
    results: usize,
    from: usize,
    fromRow: usize,
    fromColumn: usize,
    to: usize,
    toRow: usize,
    toColumn: usize,
    lines: usize,
  ): void {
    const lineBytes: usize = results << 4;
    for (let row: usize = 0; row < size; row++) {
      Tile.line(karatsuba, transform, from + row * fromRow, fromColumn, lines + row * lineBytes, 16);
    }
    for (let column: usize = 0; column < results; column++) {
      Tile.line(karatsuba, transform, lines + (column << 4), lineBytes, to + column * toColumn, toRow);
    }
  }

  @inline
  static line(karatsuba: bool, transform: Transform, from: usize, gap: usize, to: usize, step: usize): void {
    if (karatsuba) {
      if (transform === Transform.values) KaratsubaLine.values(from, gap, to, step);
      else if (transform === Transform.results) KaratsubaLine.results(from, gap, to, step);
      else if (transform === Transform.gradients) KaratsubaLine.gradients(from, gap, to, step);
      else if (transform === Transform.filter) KaratsubaLine.filter(from, gap, to, step);
      else KaratsubaLine.filterGradient(from, gap, to, step);
    } else {
      if (transform === Transform.values) WinogradLine.values(from, gap, to, step);
      else if (transform === Transform.results) WinogradLine.results(from, gap, to, step);
      else if (transform === Transform.gradients) WinogradLine.gradients(from, gap, to, step);
      else if (transform === Transform.filter) WinogradLine.filter(from, gap, to, step);
      else WinogradLine.filterGradient(from, gap, to, step);
    }
  }
}

/*
 * In all of these a tile's rows are `fromRow` and its columns `fromColumn` bytes apart, those of the transformed one
 * `toRow` and `toColumn`. They are exported, since the compiler would else inline them into the loops over tiles, where
 * V8 allocates registers worse.
 */

/** Of an image: 2 x 2 values to 3 x 3, or 6 x 6 to as many. */
export function transformValues(
  karatsuba: bool,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
  lines: usize,
): void {
  const t = Transform.values;
  if (karatsuba) Tile.transform(true, t, 2, 3, from, fromRow, fromColumn, to, toRow, toColumn, lines);
  else Tile.transform(false, t, 6, 6, from, fromRow, fromColumn, to, toRow, toColumn, lines);
}

/** Of sums of products: 3 x 3 to 2 x 2 results, or 6 x 6 to 4 x 4. */
export function transformResults(
  karatsuba: bool,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
  lines: usize,
): void {
  const t = Transform.results;
  if (karatsuba) Tile.transform(true, t, 3, 2, from, fromRow, fromColumn, to, toRow, toColumn, lines);
  else Tile.transform(false, t, 6, 4, from, fromRow, fromColumn, to, toRow, toColumn, lines);
}

/** Of the gradient of results: 2 x 2 values to 3 x 3, or 4 x 4 to 6 x 6. */
export function transformGradients(
  karatsuba: bool,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
  lines: usize,
): void {
  const t = Transform.gradients;
  if (karatsuba) Tile.transform(true, t, 2, 3, from, fromRow, fromColumn, to, toRow, toColumn, lines);
  else Tile.transform(false, t, 4, 6, from, fromRow, fromColumn, to, toRow, toColumn, lines);
}

/** Of a filter: 3 x 3 taps to as many values, or to 6 x 6. */
export function transformFilter(
  karatsuba: bool,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
  lines: usize,
): void {
  const t = Transform.filter;
  if (karatsuba) Tile.transform(true, t, 3, 3, from, fromRow, fromColumn, to, toRow, toColumn, lines);
  else Tile.transform(false, t, 3, 6, from, fromRow, fromColumn, to, toRow, toColumn, lines);
}

/** Of sums over tiles: 3 x 3, or 6 x 6, to the gradient of 3 x 3 taps. */
export function transformFilterGradient(
  karatsuba: bool,
  from: usize,
  fromRow: usize,
  fromColumn: usize,
  to: usize,
  toRow: usize,
  toColumn: usize,
  lines: usize,
): void {
  const t = Transform.filterGradient;
  if (karatsuba) Tile.transform(true, t, 3, 3, from, fromRow, fromColumn, to, toRow, toColumn, lines);
  else Tile.transform(false, t, 6, 3, from, fromRow, fromColumn, to, toRow, toColumn, lines);
}

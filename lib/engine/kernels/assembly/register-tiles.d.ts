/** What ../register-tiles.mjs writes when kernels are built: the inner loops of all convolutions. */

/**
 * Rows of values times one panel of 8 columns: to[row][column] = sum of values * factors.
 *
 * @param base where values are; a row's start `offsets[row]` bytes on. The offsets go on to a multiple of 4 rows.
 * @param panel factors [runs, run, 8]
 * @param to results, rows `toBytes` apart
 * @param columns how many of the 8 are stored
 * @param run values of a row that lie side by side; the next `run` of `runs` of them begins `runBytes` on
 */
export declare function multiplyPanel(
  base: usize,
  offsets: usize,
  panel: usize,
  to: usize,
  toBytes: usize,
  rows: usize,
  columns: usize,
  runs: usize,
  run: usize,
  runBytes: usize,
): void;

/**
 * Sums over pixels of values times one panel of 8 factors each: sums[value][column] += values * factors.
 *
 * @param values four of a group side by side at each pixel; the next of `groups` groups begins `groupBytes` on
 * @param panel factors [images, rows, pixels, 8]
 * @param sums rows of 8, `sumBytes` apart
 * @param first whether sums are written rather than added to
 */
export declare function addProducts(
  values: usize,
  groupBytes: usize,
  panel: usize,
  sums: usize,
  sumBytes: usize,
  groups: usize,
  first: bool,
  images: usize,
  rows: usize,
  pixels: usize,
  pixelBytes: usize,
  rowGap: usize,
  imageGap: usize,
): void;

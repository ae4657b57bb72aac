import { UserError } from "../errors.js";

/**
 * Shrinks square images by averaging blocks of pixels, each channel by itself.
 *
 * @param images [count, side, side, channels], uint8
 * @param size side of the result, pixels; must divide `side`
 * @returns [count, size, size, channels], uint8: block means rounded to the nearest integer (halves up)
 * @throws UserError when `size` does not divide `side`
 */
export function areaAverage(
  images: Uint8Array,
  { side, size, channels }: { side: number; size: number; channels: number },
): Uint8Array {
  checkAverage(side, size);
  if (size === side) return images;
  const block = side / size;
  const area = block * block;
  const count = images.length / (side * side * channels);
  const result = new Uint8Array(count * size * size * channels);
  const rowSums = new Uint32Array(size * channels);
  for (let outputRow = 0; outputRow < count * size; outputRow++) {
    rowSums.fill(0);
    let from = outputRow * block * side * channels;
    for (let line = 0; line < block; line++) {
      for (let x = 0; x < side; x++) {
        const to = Math.floor(x / block) * channels;
        for (let c = 0; c < channels; c++) rowSums[to + c]! += images[from++]!;
      }
    }
    const start = outputRow * size * channels;
    for (let i = 0; i < rowSums.length; i++) result[start + i] = Math.floor(rowSums[i]! / area + 0.5);
  }
  return result;
}

/** Throws `UserError`, with the sizes that can be had, when `size` does not divide `side`. */
export function checkAverage(side: number, size: number): void {
  if (side % size === 0) return;
  const usable = Array.from({ length: side }, (_, i) => side - i).filter((s) => side % s === 0 && s > 1);
  throw new UserError(
    `Images of ${side}x${side} pixels cannot be averaged to size ${size}: the size must divide ${side}. Use one of ${usable.join(", ")}.`,
  );
}

/**
 * Cuts the middle square out of an image and averages it down to any smaller size: every pixel of the result is the
 * mean over the area that it covers, parts of pixels counted as such.
 *
 * @param image [height, width, channels], uint8
 * @param size side of the result, pixels; at most the shorter side of the image
 * @returns [size, size, channels], uint8, rounded to the nearest integer (halves up)
 */
export function centerAverage(
  image: Uint8Array,
  { width, height, size, channels }: { width: number; height: number; size: number; channels: number },
): Uint8Array {
  const side = Math.min(width, height);
  const top = Math.floor((height - side) / 2);
  const left = Math.floor((width - side) / 2);
  const parts = Array.from({ length: size }, (_, part) => covered(part, { side, size }));
  const result = new Uint8Array(size * size * channels);
  const sums = new Float64Array(size * channels);
  const area = (side / size) ** 2;
  for (const [row, lines] of parts.entries()) {
    sums.fill(0);
    lines.shares.forEach((lineShare, line) => {
      const start = ((top + lines.first + line) * width + left) * channels;
      for (const [column, { first, shares }] of parts.entries()) {
        for (let k = 0; k < shares.length; k++) {
          const weight = lineShare * shares[k]!;
          const from = start + (first + k) * channels;
          for (let c = 0; c < channels; c++) sums[column * channels + c]! += weight * image[from + c]!;
        }
      }
    });
    for (let i = 0; i < sums.length; i++) result[row * sums.length + i] = Math.floor(sums[i]! / area + 0.5);
  }
  return result;
}

/** Which pixels of `side` the part covers when they are shared by `size` parts, and how much of each. */
function covered(part: number, { side, size }: { side: number; size: number }) {
  const start = (part * side) / size;
  const end = ((part + 1) * side) / size;
  const first = Math.floor(start);
  const shares = Float64Array.from(
    { length: Math.ceil(end) - first },
    (_, k) => Math.min(end, first + k + 1) - Math.max(start, first + k),
  );
  return { first, shares };
}

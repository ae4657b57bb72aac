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

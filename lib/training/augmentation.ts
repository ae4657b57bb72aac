import { openRandom } from "../random.js";

/** What training does to its images. */
export interface Augmentation {
  /** Pixels of padding on each side, of the channel's mean, before a crop of the image's own size; 0: none. */
  crop: number;
  /** Mirrors every other image, left to right. */
  flip: boolean;
}

export interface Shift {
  /** The image moves up and left by so many pixels, each within -crop to crop. */
  down: number;
  right: number;
  flipped: boolean;
}

/**
 * What becomes of one image in one epoch: every shift and both sides are equally likely. It depends on nothing else,
 * so that it is the same on every engine, in any batch and in a resumed run.
 *
 * @param epoch from 0
 * @param index of the image in its training set
 */
export function shiftOf(
  { crop, flip }: Augmentation,
  { seed, epoch, index }: { seed: number; epoch: number; index: number },
): Shift {
  const places = 2 * crop + 1;
  const sides = flip ? 2 : 1;
  // One number for all three choices: a generator's first numbers may hang together.
  const choice = openRandom(seed, `augmentation/${epoch}/${index}`).integer(places * places * sides);
  const place = Math.floor(choice / sides);
  return {
    down: Math.floor(place / places) - crop,
    right: (place % places) - crop,
    flipped: choice % sides === 1,
  };
}

export interface MoveOptions extends Shift {
  /** Which image of the batch. */
  row: number;
  height: number;
  width: number;
  channels: number;
}

/**
 * Copies one image of a batch, shifted and perhaps mirrored; what comes from outside it stays as it is in `target`.
 *
 * @param source [N, height, width, channels]
 * @param target of the same shape
 */
export function moveImage(
  source: Float32Array,
  target: Float32Array,
  { row, height, width, channels, down, right, flipped }: MoveOptions,
): void {
  const start = row * height * width * channels;
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
    const fromLine = start + (y + down) * width * channels;
    const toLine = start + y * width * channels;
    for (let x = 0; x < width; x++) {
      const fromX = (flipped ? width - 1 - x : x) + right;
      if (fromX < 0 || fromX >= width) continue;
      for (let c = 0; c < channels; c++) {
        target[toLine + x * channels + c] = source[fromLine + fromX * channels + c]!;
      }
    }
  }
}

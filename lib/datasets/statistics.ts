import type { ChannelStatistics, ImageSet } from "./dataset.js";
import { imageBlocks } from "./image-sets.js";

/**
 * Mean and (population) standard deviation of each channel over all images and pixels, scaled to [0, 1]. Exact
 * up to the last rounding: bytes are counted first.
 *
 * @param set images [count, height, width, channels], uint8
 */
export function channelStatistics(set: ImageSet, channels: number): ChannelStatistics {
  const counts = new Float64Array(channels * 256);
  for (const { bytes } of imageBlocks(set)) {
    for (let i = 0; i < bytes.length; ) {
      for (let c = 0; c < channels; c++) counts[c * 256 + bytes[i++]!]! += 1;
    }
  }
  const pixels = (set.count * set.imageBytes) / channels;
  const moment = (c: number, power: number) =>
    counts
      .subarray(c * 256, (c + 1) * 256)
      .reduce((sum, count, byte) => sum + count * (byte / 255) ** power, 0) / pixels;
  const mean = Array.from({ length: channels }, (_, c) => moment(c, 1));
  const std = mean.map((value, c) => Math.sqrt(Math.max(0, moment(c, 2) - value ** 2)));
  return { mean, std };
}

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** One seeded stream of random numbers. Equal seed and stream name give equal numbers on every engine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [0, count). */
  integer(count: number): number;
  /** Standard normal, by the Box-Muller transform. */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
}

/**
 * Opens the stream `name` of a run's seed. Streams with different names ("init", "order", ...) are
 * independent, so that drawing more from one never shifts another.
 */
export function openRandom(seed: number, name: string): Random {
  const generator = xoroshiro128plus(hash32(`${seed}/${name}`));
  const uniform = () => uniformFloat64(generator);
  const integer = (count: number) => uniformInt(generator, 0, count - 1);
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const shuffle: Random["shuffle"] = (items) => {
    const list = items as { length: number; [index: number]: unknown };
    for (let last = list.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      const held = list[last];
      list[last] = list[other];
      list[other] = held;
    }
    return items;
  };
  return { uniform, integer, normal, shuffle };
}

/** FNV-1a over UTF-16 units, finished with murmur3's mixer: only spreads names over seeds. */
function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

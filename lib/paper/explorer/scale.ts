import type { ScaleName } from "./view.js";

/** An axis: what it begins and ends with. On a logarithmic one these are exponents of ten, and sizes without sign stand there. */
export type Domain = { kind: ScaleName; from: number; to: number } | { kind: "names"; levels: string[] };

/** Below this all sizes are alike: what is dead is zero. */
const least = 1e-12;

/** The axis that some numbers fill; `share`: left free at each end. */
export function domainOf(
  kind: ScaleName,
  values: Iterable<number>,
  share = 0.03,
): Extract<Domain, { from: number }> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    const size = kind === "log" ? Math.abs(value) : value;
    if (!Number.isFinite(size) || (kind === "log" && size < least)) continue;
    if (size < low) low = size;
    if (size > high) high = size;
  }
  if (low > high) return kind === "log" ? { kind, from: -12, to: 0 } : { kind, from: 0, to: 1 };
  const [from, to] = kind === "log" ? [Math.log10(low), Math.log10(high)] : [low, high];
  return { kind, ...padded(from, to, share) };
}

function padded(from: number, to: number, share: number) {
  const room = to > from ? share * (to - from) : Math.abs(to) * 0.1 || 0.5;
  return { from: from - room, to: to + room };
}

/** Where a number stands on an axis, 0 to 1; sizes too small for a logarithm stand at its start. NaN where there is none. */
export function placeOn(domain: Extract<Domain, { from: number }>, value: number): number {
  const { kind, from, to } = domain;
  if (kind === "linear") return (value - from) / (to - from);
  return Math.max(0, (Math.log10(Math.max(Math.abs(value), Number.MIN_VALUE)) - from) / (to - from));
}

/** The number at a place. */
export const valueAt = ({ kind, from, to }: Extract<Domain, { from: number }>, place: number): number =>
  kind === "log" ? 10 ** (from + place * (to - from)) : from + place * (to - from);

export interface Tick {
  /** 0 to 1 */
  place: number;
  text: string;
}

/** At most about so many ticks of an axis: round numbers, powers of ten, or all names. */
export function ticksOf(domain: Domain, most: number): Tick[] {
  if (domain.kind === "names") {
    const { levels } = domain;
    return levels.map((text, index) => ({ place: (index + 0.5) / levels.length, text }));
  }
  const { kind, from, to } = domain;
  const span = to - from;
  const isPowers = kind === "log" && span >= 1.2;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => span / size <= most) ?? 10 * power;
  const whole = isPowers ? Math.max(1, Math.ceil(span / most)) : step;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / whole) * whole; at <= to; at += whole) {
    const text = isPowers ? powerText(Math.round(at)) : numberText(kind === "log" ? 10 ** at : at);
    ticks.push({ place: (at - from) / span, text });
  }
  return ticks;
}

const powerText = (exponent: number): string =>
  Math.abs(exponent) < 3 ? String(Number((10 ** exponent).toPrecision(1))) : `1e${exponent}`;

/** "0.012", "4,500", "1.2e-7" */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return rounded.toExponential();
  return rounded.toLocaleString("en", { maximumFractionDigits: 6 });
}

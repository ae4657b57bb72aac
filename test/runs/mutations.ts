import fc from "fast-check";

type Container = Record<string, unknown>;
type Place = { container: Container; key: string };
export interface Mutation {
  /** Chooses a place, by its number modulo all places. */
  place: number;
  change: { op: "set"; value: unknown } | { op: "delete" } | { op: "add"; key: string; value: unknown };
}

const oddValues = [null, true, "", "x", "1", "__proto__", -1, 0, 0.5, 1e308, 2 ** 53, [], {}, [null], [[]]];
const notJson = [Number.NaN, Number.POSITIVE_INFINITY, undefined];

const mutation = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Mutation> =>
  fc.record({
    place: fc.nat(),
    change: fc.oneof(
      { weight: 4, arbitrary: fc.record({ op: fc.constant("set" as const), value: values }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant("delete" as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          op: fc.constant("add" as const),
          key: fc.constantFrom("extra", "__proto__", "constructor", "0", ""),
          value: values,
        }),
      },
    ),
  });

/** One to three changes to a value of JSON. */
export const jsonMutations = fc.array(
  mutation(fc.oneof(fc.constantFrom(...oddValues), fc.jsonValue({ maxDepth: 2 }))),
  { minLength: 1, maxLength: 3 },
);
/** The same with values that JSON does not have. */
export const mutations = fc.array(
  mutation(fc.oneof(fc.constantFrom(...oddValues, ...notJson), fc.anything({ maxDepth: 2 }))),
  { minLength: 1, maxLength: 3 },
);

/** A changed copy. */
export function mutate<T>(value: T, changes: readonly Mutation[]): unknown {
  const root: Container = { value: structuredClone(value) };
  for (const { place, change } of changes) {
    const places = placesIn(root);
    if (places.length === 0) break;
    const { container, key } = places[place % places.length]!;
    if (change.op === "delete") delete container[key];
    else if (change.op === "set") define(container, key, change.value);
    else {
      const target = container[key];
      if (typeof target === "object" && target !== null)
        define(target as Container, change.key, change.value);
    }
  }
  return root.value;
}

/** Also "__proto__", as `JSON.parse` does. */
const define = (container: Container, key: string, value: unknown) =>
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });

function placesIn(container: Container): Place[] {
  return Object.keys(container).flatMap((key) => {
    const value = container[key];
    const inner = typeof value === "object" && value !== null ? placesIn(value as Container) : [];
    return [{ container, key }, ...inner];
  });
}

export interface Damage {
  /** Where, as a share of the length. */
  at: number;
  kind: "flip" | "cut" | "insert" | "zero";
  byte: number;
}

/** One to three changes to a file. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    kind: fc.constantFrom("flip", "flip", "cut", "insert", "zero"),
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** A changed copy. */
export function damage(bytes: Uint8Array, changes: readonly Damage[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { at, kind, byte } of changes) {
    const place = Math.floor(at * result.length);
    if (kind === "cut") result = result.subarray(0, place);
    else if (kind === "insert")
      result = Buffer.concat([result.subarray(0, place), Buffer.alloc(byte, byte), result.subarray(place)]);
    else if (kind === "zero") result.fill(0, place, Math.min(place + byte, result.length));
    else if (place < result.length) result[place]! ^= byte;
  }
  return result;
}

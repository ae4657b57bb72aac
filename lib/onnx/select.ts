import { activationThreshold, scaleThreshold } from "../sparsity/measures.js";
import type { ChannelMap, Layer, Reader } from "./channels.js";
import type { Extremes } from "./observe.js";

/** By which measure filters are cut: those that emit one and the same value, or those with a small |gamma|. */
export type CutMethod = "activation" | "scale";

export interface ChoiceOptions {
  by: CutMethod;
  /** Widths are rounded up to multiples of this, as far as there are filters. Default 1. */
  multiple?: number | undefined;
}

/** What a layer's filters do. */
export interface LayerReport {
  name: string;
  kind: Layer["kind"];
  filters: number;
  /** |gamma| below 1e-3; null where there is no normalization behind the layer. */
  inactiveByScale: number | null;
  /** No value above 1e-12 on any image. */
  inactiveByActivation: number;
  /** The same value on all images and at all positions, and not 0. */
  constant: number;
  /** What can be cut. */
  cut: number;
  /** Of the inactive and constant filters those that stay, by reason. */
  kept: Record<string, number>;
}

export interface Choice {
  /** What stands for the channels that go. */
  removed: ReadonlySet<number>;
  /** Of those that stay the ones that carry others' constants. */
  carriers: ReadonlySet<number>;
  layers: LayerReport[];
}

/** Values that differ by less than this share of the tensor's largest are the same: float32 has 24 bits. */
const sameWithin = 1e-6;

/** Which channels of a tensor have one value, and which have none. */
class Constancy {
  private readonly tolerances = new Map<string, number>();

  constructor(private readonly extremes: ReadonlyMap<string, Extremes>) {}

  /** What a channel holds, taken as a constant: the middle of its range. */
  value(tensor: string, channel: number): number {
    const { min, max } = this.extremes.get(tensor)!;
    return (min[channel]! + max[channel]!) / 2;
  }

  isConstant(tensor: string, channel: number): boolean {
    const { min, max } = this.extremes.get(tensor)!;
    return max[channel]! - min[channel]! <= this.tolerance(tensor);
  }

  isSilent(tensor: string, channel: number): boolean {
    const { min, max } = this.extremes.get(tensor)!;
    return Math.max(Math.abs(min[channel]!), Math.abs(max[channel]!)) <= activationThreshold;
  }

  /** Whether what a channel gives a reader can be left out without its bias. */
  isNegligible(tensor: string, channel: number): boolean {
    return Math.abs(this.value(tensor, channel)) <= this.tolerance(tensor);
  }

  private tolerance(tensor: string): number {
    const known = this.tolerances.get(tensor);
    if (known !== undefined) return known;
    const { min, max } = this.extremes.get(tensor)!;
    const largest = Math.max(...max.map(Math.abs), ...min.map(Math.abs));
    this.tolerances.set(tensor, sameWithin * largest);
    return sameWithin * largest;
  }
}

/** Where a class stands in a reader's tensor. */
interface Place {
  reader: Reader;
  channel: number;
}

/**
 * Chooses the channels that go: those whose value is one and the same wherever something outside their class reads them.
 * Then puts back what a layer, a group or a border needs; what is put back never makes another choice wrong.
 */
export function chooseChannels(
  map: ChannelMap,
  extremes: ReadonlyMap<string, Extremes>,
  { by, multiple = 1 }: ChoiceOptions,
): Choice {
  const constancy = new Constancy(extremes);
  const why = map.reasons();
  const places = placesOf(map);
  const removed = new Set<number>();
  for (const id of new Set(map.layers.flatMap(({ classes }) => classes.map((one) => map.find(one))))) {
    if (why.has(id)) continue;
    const own = places.get(id) ?? [];
    const reason =
      (by === "scale" ? scaleReason(map, id) : activationReason(own, constancy)) ??
      borderReason(own, constancy);
    if (reason === undefined) removed.add(id);
    else why.set(id, reason);
  }
  const keep = (id: number, reason: string) => {
    removed.delete(id);
    why.set(id, reason);
  };
  const carriers = keepForBorders(map, constancy, removed, keep);
  for (let before = -1; before !== removed.size; ) {
    before = removed.size;
    keepBalanced(map, removed, keep);
    keepWidths(map, { removed, keep, multiple });
  }
  return {
    removed,
    carriers,
    layers: map.layers.map((layer) => report(layer, { map, constancy, removed, why })),
  };
}

function placesOf(map: ChannelMap): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  for (const reader of map.readers) {
    for (const [channel, id] of reader.classes.entries()) {
      const root = map.find(id);
      const known = places.get(root);
      if (known) known.push({ reader, channel });
      else places.set(root, [{ reader, channel }]);
    }
  }
  return places;
}

/** Why a class has to stay; undefined where it can go. */
function activationReason(places: readonly Place[], constancy: Constancy): string | undefined {
  const changes = places.some(({ reader, channel }) => !constancy.isConstant(reader.tensor, channel));
  return changes ? "changes where it is read" : undefined;
}

function borderReason(places: readonly Place[], constancy: Constancy): string | undefined {
  const place = places.find(
    ({ reader, channel }) =>
      reader.constants === "nowhere" && !constancy.isNegligible(reader.tensor, channel),
  );
  return place && `its constant shows at the borders of ${place.reader.node.op} in groups`;
}

/** By scale all normalizations that write the class have to agree. */
function scaleReason(map: ChannelMap, id: number): string | undefined {
  let small = false;
  for (const { gamma, classes } of map.layers) {
    for (const [filter, own] of classes.entries()) {
      if (map.find(own) !== id || !gamma) continue;
      if (Math.abs(gamma[filter]!) >= scaleThreshold)
        return "active by scale in a layer that shares its channel";
      small = true;
    }
  }
  return small ? undefined : "no scale";
}

type Keep = (id: number, reason: string) => void;

/**
 * A kernel that hangs over a border of zeros reads a constant at fewer places there, which no bias makes up for: one
 * channel stays, and carries the constants of all.
 */
function keepForBorders(
  map: ChannelMap,
  constancy: Constancy,
  removed: ReadonlySet<number>,
  keep: Keep,
): Set<number> {
  const carriers = new Set<number>();
  for (const { tensor, classes, constants } of map.readers) {
    if (constants !== "inside") continue;
    const emitting = classes
      .map((id, channel) => ({ id: map.find(id), size: Math.abs(constancy.value(tensor, channel)), channel }))
      .filter(({ id }) => removed.has(id) || carriers.has(id))
      .filter(({ channel }) => !constancy.isNegligible(tensor, channel));
    if (emitting.length === 0) continue;
    const { id, size: largest } = emitting.reduce((a, b) => (b.size > a.size ? b : a));
    // A much smaller constant would have to be multiplied up, with its rounding.
    if (emitting.some((one) => carriers.has(one.id) && one.size > largest / 10)) continue;
    carriers.add(id);
    keep(id, "carries constants to zero-padded borders");
  }
  return carriers;
}

/** Every set of a grouped convolution loses as many channels as the one that can spare the fewest. */
function keepBalanced(map: ChannelMap, removed: ReadonlySet<number>, keep: Keep): void {
  for (const { sets, of } of map.balanced) {
    const going = sets.map((set) => set.map((id) => map.find(id)).filter((id) => removed.has(id)));
    const least = Math.min(...going.map(({ length }) => length), sets[0]!.length - 1);
    for (const ids of going)
      for (const id of ids.slice(least)) keep(id, `every ${of} stays as wide as the others`);
  }
}

/** No layer is left empty, and widths are rounded up. */
function keepWidths(
  map: ChannelMap,
  { removed, keep, multiple }: { removed: ReadonlySet<number>; keep: Keep; multiple: number },
): void {
  for (const { classes } of map.layers) {
    const ids = [...new Set(classes.map((id) => map.find(id)))];
    const going = ids.filter((id) => removed.has(id));
    const left = ids.length - going.length;
    const wanted = Math.min(ids.length, multiple * Math.ceil(Math.max(1, left) / multiple));
    const reason =
      left === 0 ? "a layer would be left empty" : `width rounded up to a multiple of ${multiple}`;
    for (const id of going.slice(0, wanted - left)) keep(id, reason);
  }
}

interface Chosen {
  map: ChannelMap;
  constancy: Constancy;
  removed: ReadonlySet<number>;
  why: ReadonlyMap<number, string>;
}

function report(layer: Layer, { map, constancy, removed, why }: Chosen): LayerReport {
  const { name, kind, classes, activation, gamma } = layer;
  const seen = map.carried.has(activation) ? activation : undefined;
  const kept: Record<string, number> = {};
  let [silent, constant, cut] = [0, 0, 0];
  for (const [filter, own] of classes.entries()) {
    const id = map.find(own);
    const isSilent = seen !== undefined && constancy.isSilent(seen, filter);
    const isConstant = seen !== undefined && !isSilent && constancy.isConstant(seen, filter);
    if (isSilent) silent++;
    if (isConstant) constant++;
    if (removed.has(id)) cut++;
    else if (isSilent || isConstant) {
      const reason = why.get(id) ?? "unknown";
      kept[reason] = (kept[reason] ?? 0) + 1;
    }
  }
  const inactiveByScale = gamma ? gamma.filter((value) => Math.abs(value) < scaleThreshold).length : null;
  return {
    ...{ name, kind, filters: classes.length, inactiveByScale },
    ...{ inactiveByActivation: silent, constant, cut, kept },
  };
}

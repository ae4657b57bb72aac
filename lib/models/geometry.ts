import {
  basicNetPools,
  convolutionsPerBlock,
  plainConvolutions,
  type ResNetStructure,
  resNetConvolutions,
  vggPoolsAt,
} from "./widths.js";

/** What decides a network's shape, of its configuration. */
export interface ModelShape extends Partial<ResNetStructure> {
  name: "basicnet" | "vgg" | "resnet";
  widths: readonly number[];
}

/** A filter layer as far as its cost and its place go; needs no tfjs. */
export interface LayerGeometry {
  name: string;
  filters: number;
  /** Side of the square kernel. */
  kernel: number;
  /** Of its output map. */
  pixels: number;
  /** First of its channels among all filters of the network. */
  offset: number;
  /** Index of the channel group that it writes, as in `Network.groups`. */
  group: number;
  /** The one that it reads; undefined: the images' channels. */
  input: number | undefined;
  /** Whether its width is in the width list. */
  listed: boolean;
}

/** The filter layers of a network on square images, in the order of `Network.layers`. */
export function networkGeometry(model: ModelShape, side: number): LayerGeometry[] {
  return model.name === "resnet" ? resNetGeometry(model, side) : plainGeometry(model, side);
}

/**
 * Multiply-accumulates of one image, convolutions and classifier: `Network.macs`. `channels` of each group where they
 * are fewer than the layers have; `inputs`: the images' channels.
 */
export function geometryMacs(
  layers: readonly LayerGeometry[],
  { classes, inputs = 3, channels }: { classes: number; inputs?: number; channels?: readonly number[] },
): number {
  const own = channels ?? groupChannels(layers);
  const convolutions = layers.map(
    ({ kernel, pixels, group, input }) =>
      kernel ** 2 * pixels * own[group]! * (input === undefined ? inputs : own[input]!),
  );
  return convolutions.reduce((a, b) => a + b, 0) + own[layers.at(-1)!.group]! * classes;
}

/** Channels of each group. */
function groupChannels(layers: readonly LayerGeometry[]): number[] {
  const channels: number[] = [];
  for (const { group, filters } of layers) channels[group] = filters;
  return channels;
}

function plainGeometry({ name, widths }: ModelShape, side: number): LayerGeometry[] {
  const pools = name === "vgg" ? vggPoolsAt(widths.length, side) : basicNetPools(widths.length);
  const listing = new Listing();
  let input: number | undefined;
  let left = side;
  for (const [index, { name, filters }] of plainConvolutions(widths).entries()) {
    input = listing.add({ name, filters, kernel: 3, side: left, input });
    if (pools[index]) left = Math.floor(left / 2);
  }
  return listing.layers;
}

function resNetGeometry({ widths, stages = [], block = "basic" }: ModelShape, side: number): LayerGeometry[] {
  const [stem, ...rest] = resNetConvolutions({ stages, block }, widths);
  const kernels = block === "bottleneck" ? [1, 3, 1] : [3, 3];
  const listing = new Listing();
  let stream = listing.add({ ...stem!, kernel: 3, side, input: undefined });
  let left = side;
  for (const [stage, blocks] of stages.entries()) {
    for (let unit = 0; unit < blocks; unit++) {
      const projected = unit === 0 && (stage > 0 || block === "bottleneck");
      const convolutions = rest.splice(0, convolutionsPerBlock[block]);
      const before = stream;
      let input = stream;
      for (const [index, { name, filters }] of convolutions.entries()) {
        const kernel = kernels[index]!;
        if (unit === 0 && stage > 0 && index === kernels.indexOf(3)) left = Math.ceil(left / 2);
        const joins = index === convolutions.length - 1 && !projected;
        input = listing.add({
          ...{ name, filters, kernel, side: left, input },
          ...(joins && { group: stream }),
        });
      }
      stream = input;
      if (projected)
        listing.add({
          ...{ name: `S${stage + 1}B1P`, filters: convolutions.at(-1)!.filters, kernel: 1, side: left },
          ...{ input: before, group: stream, listed: false },
        });
    }
  }
  return listing.layers;
}

interface Listed {
  name: string;
  filters: number;
  kernel: number;
  side: number;
  input: number | undefined;
  /** Default: a new one. */
  group?: number;
  listed?: boolean;
}

class Listing {
  readonly layers: LayerGeometry[] = [];
  private groups = 0;
  private channels = 0;

  /** Returns the group that the layer writes. */
  add({ name, filters, kernel, side, input, group = this.groups++, listed = true }: Listed): number {
    this.layers.push({
      ...{ name, filters, kernel, pixels: side ** 2, offset: this.channels, group, input, listed },
    });
    this.channels += filters;
    return group;
  }
}

/** The width list of a network with these filters in its layers. */
export const listedWidths = (layers: readonly LayerGeometry[], filters: readonly number[]): number[] =>
  layers.flatMap(({ listed }, layer) => (listed ? filters[layer]! : []));

import { type LayerGeometry, type ModelShape, networkGeometry } from "./geometry.js";
import { basicNetPools, convolutionsPerBlock, vggPoolsAt } from "./widths.js";

/** How a network is written down in another form, part by part; `Maps` stands for what a part gives. */
export interface NetworkWriter<Maps> {
  /** The convolution with its normalization. */
  convolution(maps: Maps, layer: LayerGeometry, stride: number): Maps;
  /** The nonlinearity after the layer of that name. */
  activated(maps: Maps, layer: string): Maps;
  /** Maxima over 2x2, after the layer of that name. */
  pooled(maps: Maps, layer: string): Maps;
  /** The end of a residual block, whose last layer has that name. */
  sum(maps: Maps, shortcut: Maps, layer: string): Maps;
}

/** Writes a network on square images from its input to its last maps, part after part. */
export function writeNetwork<Maps>(
  model: ModelShape,
  side: number,
  { input, writer }: { input: Maps; writer: NetworkWriter<Maps> },
): Maps {
  const layers = networkGeometry(model, side);
  if (model.name === "resnet")
    return writeResidual(layers, convolutionsPerBlock[model.block ?? "basic"], { input, writer });
  const pools = model.name === "vgg" ? vggPoolsAt(layers.length, side) : basicNetPools(layers.length);
  return layers.reduce((maps, layer, index) => {
    const active = writer.activated(writer.convolution(maps, layer, 1), layer.name);
    return pools[index] ? writer.pooled(active, layer.name) : active;
  }, input);
}

function writeResidual<Maps>(
  [stem, ...rest]: LayerGeometry[],
  perBlock: number,
  { input, writer }: { input: Maps; writer: NetworkWriter<Maps> },
): Maps {
  let maps = writer.activated(writer.convolution(input, stem!, 1), stem!.name);
  let pixels = stem!.pixels;
  while (rest.length > 0) {
    const before = maps;
    const pixelsBefore = pixels;
    const convolutions = rest.splice(0, perBlock);
    for (const [index, layer] of convolutions.entries()) {
      maps = writer.convolution(maps, layer, layer.pixels < pixels ? 2 : 1);
      pixels = layer.pixels;
      if (index < perBlock - 1) maps = writer.activated(maps, layer.name);
    }
    const projection = rest[0]?.listed === false ? rest.shift() : undefined;
    const stride = pixels < pixelsBefore ? 2 : 1;
    const shortcut = projection ? writer.convolution(before, projection, stride) : before;
    const { name } = convolutions.at(-1)!;
    maps = writer.activated(writer.sum(maps, shortcut, name), name);
  }
  return maps;
}

import { UsageError } from "../errors.js";

/** A convolution of a width list. */
export interface ListedConvolution {
  name: string;
  filters: number;
  /** Convolutions with the same one add up their channels in residual sums, so that their widths are equal. */
  shared?: string;
}

/** The convolutions of a network without shortcuts: C1, C2, ... */
export const plainConvolutions = (widths: readonly number[]): ListedConvolution[] =>
  widths.map((filters, index) => ({ name: `C${index + 1}`, filters }));

/** Throws `UsageError` naming the first layer whose filters cannot be split into so many groups. */
export function checkGroups(convolutions: readonly ListedConvolution[], groups: number): void {
  for (const { name, filters } of convolutions) {
    if (filters % groups === 0) continue;
    throw new UsageError(
      `Layer ${name} has ${filters} filters, which cannot be split into ${groups} groups. ` +
        "Choose groups that divide every width.",
    );
  }
}

/** Widths of the full BasicNet (this project's reading of the paper's network). */
export const basicNetWidths = [64, 128, 128, 256, 256, 512, 512];

/** The full widths times `multiplier`, e.g. 1/4. */
export function scaledBasicNetWidths(multiplier: number): number[] {
  return scaled(basicNetWidths, multiplier);
}

/**
 * Convolutions before each pooling of VGG, configurations A (11 layers) and D (16): Simonyan and Zisserman (2015),
 * table 1.
 */
const vggSections = { 11: [1, 1, 2, 2, 2], 16: [2, 2, 3, 3, 3] };
const vggSectionWidths = [64, 128, 256, 512, 512];
export type VggDepth = keyof typeof vggSections;

/** Widths of VGG-11 (8 convolutions) or VGG-16 (13), times `multiplier`. */
export function vggWidths(depth: VggDepth, multiplier = 1): number[] {
  const widths = vggSections[depth].flatMap((count, section) =>
    Array<number>(count).fill(vggSectionWidths[section]!),
  );
  return scaled(widths, multiplier);
}

/** Whether a pooling follows each convolution of the VGG whose width list has this length. Throws `UsageError`. */
export function vggPools(count: number): boolean[] {
  const known = Object.values(vggSections).map((sections) => ({ sections, total: sumOf(sections) }));
  const found = known.find(({ total }) => total === count);
  if (found === undefined) {
    throw new UsageError(
      `A VGG has ${known.map(({ total }) => total).join(" (VGG-11) or ")} (VGG-16) convolutions, ` +
        `the width list has ${count}. Give one width for each.`,
    );
  }
  return found.sections.flatMap((length) => Array.from({ length }, (_, index) => index === length - 1));
}

/** Whether a pooling follows each convolution of a BasicNet: every second one as long as convolutions follow. */
export const basicNetPools = (count: number): boolean[] =>
  Array.from({ length: count }, (_, index) => index % 2 === 1 && index < count - 1);

/** As `vggPools`, without those that would have less than 2 pixels to pool in images of this side. */
export function vggPoolsAt(count: number, side: number): boolean[] {
  let left = side;
  return vggPools(count).map((published) => {
    const pooled = published && left >= 2;
    if (pooled) left = Math.floor(left / 2);
    return pooled;
  });
}

/** "basic": two 3x3 convolutions; "bottleneck": 1x1, 3x3, 1x1. */
export type ResidualBlock = "basic" | "bottleneck";

export interface ResNetStructure {
  /** Residual blocks of each stage, e.g. [3, 3, 3]. Every stage but the first halves the image's sides. */
  stages: readonly number[];
  block: ResidualBlock;
}

const resNets = {
  20: { stages: [3, 3, 3], block: "basic", inner: [16, 32, 64] },
  32: { stages: [5, 5, 5], block: "basic", inner: [16, 32, 64] },
  50: { stages: [3, 4, 6, 3], block: "bottleneck", inner: [64, 128, 256, 512] },
} as const;
export type ResNetDepth = keyof typeof resNets;

/** Channels at a bottleneck's end for each within. */
const expansion = 4;

/**
 * A published ResNet as `stages`, `block` and `widths`, the widths times `multiplier`: ResNet-20 and 32 for CIFAR
 * (He et al. 2016, section 4.2) and ResNet-50 (table 1) with the CIFAR stem.
 */
export function publishedResNet(depth: ResNetDepth, multiplier = 1): ResNetStructure & { widths: number[] } {
  const { stages, block, inner } = resNets[depth];
  const widths = stages.flatMap((blocks, stage) => {
    const width = inner[stage]!;
    const one = block === "basic" ? [width, width] : [width, width, expansion * width];
    return Array.from({ length: blocks }, () => one).flat();
  });
  return { stages: [...stages], block, widths: scaled([inner[0], ...widths], multiplier) };
}

/** The width list of `publishedResNet`. */
export const resnetWidths = (depth: ResNetDepth, multiplier = 1): number[] =>
  publishedResNet(depth, multiplier).widths;

/** Convolutions of one residual block, shortcut aside. */
export const convolutionsPerBlock = { basic: 2, bottleneck: 3 } as const;

/**
 * The convolutions of a ResNet in the order of its width list: "stem", then "S1B1C1" for stage 1, block 1,
 * convolution 1. The last convolution of every block of a stage shares its channels with those of the stage's other
 * blocks; in the first stage of basic blocks, whose first shortcut is the identity, with the stem too.
 * Throws `UsageError` if the list's length or the widths of a group do not fit.
 */
export function resNetConvolutions(
  { stages, block }: ResNetStructure,
  widths: readonly number[],
): ListedConvolution[] {
  const perBlock = convolutionsPerBlock[block];
  const expected = 1 + perBlock * sumOf(stages);
  if (widths.length !== expected) {
    throw new UsageError(
      `A ResNet with stages [${stages.join(", ")}] of ${block} blocks has ${expected} convolutions ` +
        `(shortcuts aside), the width list has ${widths.length}. Give one width for each.`,
    );
  }
  const names: Omit<ListedConvolution, "filters">[] = [
    { name: "stem", ...(block === "basic" && { shared: "stage 1" }) },
  ];
  for (const [index, blocks] of stages.entries()) {
    const stage = index + 1;
    for (let unit = 1; unit <= blocks; unit++) {
      for (let convolution = 1; convolution <= perBlock; convolution++) {
        const name = `S${stage}B${unit}C${convolution}`;
        names.push(convolution === perBlock ? { name, shared: `stage ${stage}` } : { name });
      }
    }
  }
  const convolutions = names.map((one, index) => ({ ...one, filters: widths[index]! }));
  checkShared(convolutions);
  return convolutions;
}

function checkShared(convolutions: ListedConvolution[]): void {
  for (const group of new Set(convolutions.flatMap(({ shared }) => shared ?? []))) {
    const members = convolutions.filter(({ shared }) => shared === group);
    if (new Set(members.map(({ filters }) => filters)).size > 1) {
      const listed = members.map(({ name, filters }) => `${name} ${filters}`).join(", ");
      throw new UsageError(
        `Convolutions of ${group} add up their channels and need equal widths, got ${listed}. Make them equal.`,
      );
    }
  }
}

const scaled = (widths: readonly number[], multiplier: number): number[] =>
  widths.map((width) => Math.max(1, Math.round(width * multiplier)));

const sumOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

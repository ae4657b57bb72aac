import type { Block } from "./block.js";
import { convolution } from "./blocks.js";
import type { Network } from "./network.js";
import { residual } from "./residual.js";
import { type NetworkOptions, Stack } from "./stack.js";
import {
  convolutionsPerBlock,
  type ListedConvolution,
  type ResNetStructure,
  resNetConvolutions,
} from "./widths.js";

/**
 * ResNet for small images (He et al. 2016): a 3x3 stem, stages of residual blocks, the head. Every stage but the first
 * halves the sides of the images in its first block: by the first 3x3 convolution and the shortcut, both with stride 2.
 * The first block of a stage has a projection shortcut (1x1 convolution with normalization, "S2B1P"), but that of basic
 * blocks' first stage, which like all others has the identity.
 *
 * The width list has the stem and the blocks' convolutions in order, without the projections, which are as wide as
 * their stage; `resNetConvolutions` says which widths have to be equal.
 */
export function resNet(options: NetworkOptions & ResNetStructure): Network {
  const { widths, stages, block } = options;
  const convolutions = resNetConvolutions(options, widths);
  const stack = new Stack(options);
  const { builder, style } = stack;
  const [stem, ...rest] = convolutions;
  stack.add(convolution(builder, { ...stem!, input: stack.output, ...style }));
  for (const [stage, blocks] of stages.entries()) {
    for (let unit = 0; unit < blocks; unit++) {
      const first = unit === 0;
      stack.add(
        residualBlock(stack, {
          convolutions: rest.splice(0, convolutionsPerBlock[block]),
          stride: first && stage > 0 ? 2 : 1,
          projection: first && (stage > 0 || block === "bottleneck") ? `S${stage + 1}B1P` : undefined,
        }),
      );
    }
  }
  return stack.finish();
}

interface BlockOptions {
  convolutions: ListedConvolution[];
  stride: number;
  /** Name of the projection on the shortcut; undefined: the identity. */
  projection: string | undefined;
}

function residualBlock(stack: Stack, { convolutions, stride, projection }: BlockOptions): Block {
  const { builder, style, output: input } = stack;
  const kernels = convolutions.length === 3 ? [1, 3, 1] : [3, 3];
  const strided = kernels.indexOf(3);
  const branch: Block[] = [];
  for (const [index, { name, filters }] of convolutions.entries()) {
    const last = index === convolutions.length - 1;
    branch.push(
      convolution(builder, {
        ...style,
        name,
        filters,
        input: branch.at(-1)?.output ?? input,
        kernel: kernels[index]!,
        stride: index === strided ? stride : 1,
        ...(last && { activation: undefined, group: projection === undefined ? input.group : undefined }),
      }),
    );
  }
  const { shape, group } = branch.at(-1)!.output;
  const shortcut =
    projection === undefined
      ? undefined
      : convolution(builder, {
          ...style,
          name: projection,
          filters: shape[2],
          input,
          kernel: 1,
          stride,
          activation: undefined,
          group,
          listed: false,
        });
  return residual({ input, branch, shortcut, activation: style.activation });
}

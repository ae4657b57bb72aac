import { UsageError } from "../errors.js";
import { basicNetPools, vggPoolsAt } from "../models/widths.js";
import type { OptimizerConfig } from "../optimizers/config.js";
import { parameterRoles } from "../optimizers/penalty-config.js";
import type { RunConfig } from "../runs/config.js";
import { describeArm, networkTitle, penaltyPath, penaltySpan } from "../runs/describe.js";
import { code, pythonValue } from "./python-text.js";

/**
 * A run's configuration as one self-contained PyTorch script: data, network, optimizer, penalty, schedule, training and
 * both definitions of dead, written the way a PyTorch user would write them, with nothing of this library in it. It draws
 * its own weights, its own order of images and its own choice of training images, so that it agrees with a record only
 * as far as seeds do.
 *
 * @throws UsageError for what it cannot say in a page of PyTorch: residual networks, Muon, label noise, runs that start
 *   from another run, weights held at a norm, a penalty in one moment, cautious, or in a part of the training only
 */
export function pytorchScript(config: RunConfig, { id }: { id: string }): string {
  refuse(config);
  return `${[
    header(config, id),
    imports,
    constants(config),
    images(config),
    network(config),
    optimizer(config),
    schedule(config),
    training(config),
    dead(config),
    main,
  ].join("\n\n\n")}\n`;
}

function refuse({ model, optimizer, dataset, start, penalty, filterNorm, cutDead }: RunConfig): void {
  const cannot = [
    ...(model.name === "resnet" ? ["a residual network"] : []),
    ...(optimizer.name === "muon" ? ["Muon"] : []),
    ...(dataset.labelNoise > 0 ? ["label noise"] : []),
    ...(Array.isArray(dataset.classes) ? ["classes chosen by name"] : []),
    ...(dataset.name === "synthetic" ? ["the built-in synthetic images"] : []),
    ...(start ? ["a start from another run"] : []),
    ...(filterNorm === undefined ? [] : ["weights held at a norm"]),
    ...(cutDead ? ["filters cut out as it trains"] : []),
    ...(isOrdinary(penalty) ? [] : [`a penalty ${penaltyPath(penalty)}, ${penaltySpan(penalty)}`]),
  ];
  if (cannot.length > 0)
    throw new UsageError(
      `The run has ${cannot.join(" and ")}, which the PyTorch script does not write. Choose a run of a BasicNet or VGG on images, from initial weights.`,
    );
}

const isOrdinary = (penalty: RunConfig["penalty"]): boolean =>
  penalty.moments === "both" && !penalty.cautious && penaltySpan(penalty) === "throughout";

function header(config: RunConfig, id: string): string {
  const { dataset, model, batchSize, steps } = config;
  return `"""${networkTitle(model)} on ${dataset.name} at ${dataset.size}x${dataset.size}, ${describeArm(config)}, ${steps} steps of ${batchSize} images.

The same experiment as run ${id} of "Implicit filter sparsity", in plain PyTorch: weights, order and choice of images
are its own, so that its numbers agree with the record's as far as seeds do.

    python ${id}.py FOLDER --seeds 1 2 3

FOLDER holds the images as {train,test}/<class>/*.jpg or *.png, or CIFAR-10's official binary files (data_batch_1.bin ...).
Needs torch, numpy and Pillow. With --json the result is one line of JSON.
"""`;
}

const imports = code`
  import argparse
  import json
  import math
  from pathlib import Path

  import numpy as np
  import torch
  from PIL import Image
  from torch import nn
  from torch.nn import functional as F
`;

function constants({ dataset, model, batchSize, steps, optimizer, penalty }: RunConfig): string {
  const pools =
    model.name === "vgg" ? vggPoolsAt(model.widths.length, dataset.size) : basicNetPools(model.widths.length);
  const after = pools.flatMap((pooled, index) => (pooled ? [index + 1] : []));
  return [
    `SIZE = ${dataset.size}  # pixels, averaged down to`,
    `CLASSES = ${pythonValue(dataset.classes ?? null)}  # the first so many; None: all`,
    `TRAIN_IMAGES = ${pythonValue(dataset.trainImages ?? null)}  # as many of each class; None: all`,
    `HELD_OUT = ${dataset.validationImages}  # training images that take the place of the test images`,
    `WIDTHS = ${pythonValue(model.widths)}  # filters of C1, C2, ...`,
    `POOL_AFTER = ${pythonValue(after)}  # 2x2 maximum pooling behind these convolutions`,
    `BATCH, STEPS, RATE = ${batchSize}, ${steps}, ${pythonValue(optimizer.learningRate)}`,
    `PENALTY = ${pythonValue(penalty.lambda)}  # ${penalty.kind === "l2" ? "lambda * theta is added to the gradient" : "theta shrinks by (1 - lambda * schedule factor) after the step"}`,
    ...(penalty.l1Gamma > 0 ? [`L1_GAMMA = ${pythonValue(penalty.l1Gamma)}  # network slimming`] : []),
  ].join("\n");
}

function images({ dataset: { augmentation } }: RunConfig): string {
  const augment =
    augmentation.crop > 0 || augmentation.flip
      ? `\n\n\n${code`
    def augment(x, generator):
        """Random shifts over a border of the mean color, and mirroring, image by image."""
        crop, side = ${augmentation.crop}, x.shape[-1]
        padded = F.pad(x, (crop,) * 4)
        out = torch.empty_like(x)
        for i in range(len(x)):
            down, right = torch.randint(0, 2 * crop + 1, (2,), generator=generator).tolist()
            out[i] = padded[i, :, down : down + side, right : right + side]
            if ${pythonValue(augmentation.flip)} and torch.rand(1, generator=generator).item() < 0.5:
                out[i] = out[i].flip(-1)
        return out
  `}`
      : "";
  return `${code`
  def read(folder, split):
      """Images [N, SIZE, SIZE, 3], uint8, and labels of a split."""
      files = sorted(folder.glob("data_batch_*.bin" if split == "train" else "test_batch.bin"))
      if files:
          rows = np.concatenate([np.fromfile(f, np.uint8).reshape(-1, 3073) for f in files])
          whole, labels = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), rows[:, 0]
          pictures = (Image.fromarray(np.ascontiguousarray(image)) for image in whole)
      else:
          names = sorted(d.name for d in (folder / split).iterdir() if d.is_dir())
          found = [(f, i) for i, name in enumerate(names) for f in sorted((folder / split / name).iterdir())]
          pictures, labels = (Image.open(f).convert("RGB") for f, _ in found), np.array([i for _, i in found])
      small = [np.asarray(p if p.size == (SIZE, SIZE) else p.resize((SIZE, SIZE), Image.Resampling.BOX)) for p in pictures]
      return np.stack(small), labels.astype(np.int64)


  def load(folder):
      """Training and evaluation images, normalized by the training images' channels, with their labels."""
      (images, labels), test = read(folder, "train"), read(folder, "test")
      classes = CLASSES or labels.max() + 1
      random = np.random.default_rng(0)
      of_class = [random.permutation(np.flatnonzero(labels == c)) for c in range(classes)]
      held = np.concatenate([own[: HELD_OUT // classes] for own in of_class]).astype(int)
      left = [own[HELD_OUT // classes :] for own in of_class]
      kept = np.concatenate([own[: TRAIN_IMAGES // classes] if TRAIN_IMAGES else own for own in left])
      evaluation = (images[held], labels[held]) if HELD_OUT else (test[0][test[1] < classes], test[1][test[1] < classes])
      mean, std = images[kept].mean((0, 1, 2)) / 255, images[kept].std((0, 1, 2)) / 255
      ready = lambda x: torch.tensor(((x / 255 - mean) / std).transpose(0, 3, 1, 2), dtype=torch.float32)
      (train_x, train_y), (eval_x, eval_y) = (images[kept], labels[kept]), evaluation
      return ready(train_x), torch.tensor(train_y), ready(eval_x), torch.tensor(eval_y)
`}${augment}`;
}

function normalizationOf({ model: { normalization, groups } }: RunConfig): string {
  switch (normalization) {
    case "batch":
      return "nn.BatchNorm2d(filters)";
    case "group":
      return `nn.GroupNorm(${groups}, filters)`;
    case "layer":
      return "nn.GroupNorm(1, filters)";
    case "none":
      return "nn.Identity()";
  }
}

function activationOf({ model: { activation, negativeSlope } }: RunConfig): string {
  switch (activation) {
    case "relu":
      return "nn.ReLU()";
    case "leaky-relu":
      return `nn.LeakyReLU(${pythonValue(negativeSlope)})`;
    case "elu":
      return "nn.ELU()";
    case "gelu":
      return "nn.GELU()";
    case "silu":
      return "nn.SiLU()";
  }
}

function network(config: RunConfig): string {
  const bias = pythonValue(config.model.normalization === "none");
  return code`
  class Network(nn.Module):
      """3x3 convolutions, each normalized and rectified; global average pooling; one fully connected layer."""

      def __init__(self, classes):
          super().__init__()
          self.convolutions, self.normalizations, channels = nn.ModuleList(), nn.ModuleList(), 3
          for filters in WIDTHS:
              self.convolutions.append(nn.Conv2d(channels, filters, 3, padding=1, bias=${bias}))
              self.normalizations.append(${normalizationOf(config)})
              channels = filters
          self.activation = ${activationOf(config)}
          self.classifier = nn.Linear(channels, classes)
          for layer in self.convolutions:  # He et al. 2015
              nn.init.normal_(layer.weight, std=math.sqrt(2 / layer.weight[0].numel()))
              if layer.bias is not None:
                  nn.init.zeros_(layer.bias)
          nn.init.normal_(self.classifier.weight, std=math.sqrt(1 / channels))
          nn.init.zeros_(self.classifier.bias)

      def forward(self, x, watch=lambda layer, activations: None):
          for layer, (convolution, normalization) in enumerate(zip(self.convolutions, self.normalizations), start=1):
              x = self.activation(normalization(convolution(x)))
              watch(layer, x)
              if layer in POOL_AFTER:
                  x = F.max_pool2d(x, 2)
          return self.classifier(x.mean((2, 3)))
`;
}

function torchOptimizer(optimizer: OptimizerConfig): string {
  const betas = (o: { beta1: number; beta2: number; epsilon: number }) =>
    `betas=(${pythonValue(o.beta1)}, ${pythonValue(o.beta2)}), eps=${pythonValue(o.epsilon)}`;
  switch (optimizer.name) {
    case "sgd":
      return `torch.optim.SGD(groups, lr=RATE, momentum=${pythonValue(optimizer.momentum)}, nesterov=${pythonValue(optimizer.nesterov)})`;
    case "adam":
      return `torch.optim.Adam(groups, lr=RATE, ${betas(optimizer)})`;
    case "amsgrad":
      return `torch.optim.Adam(groups, lr=RATE, ${betas(optimizer)}, amsgrad=True)`;
    case "adamax":
      return `torch.optim.Adamax(groups, lr=RATE, ${betas(optimizer)})`;
    case "nadam":
      return `torch.optim.NAdam(groups, lr=RATE, ${betas(optimizer)}, momentum_decay=${pythonValue(optimizer.momentumDecay)})`;
    case "adagrad":
      return `torch.optim.Adagrad(groups, lr=RATE, eps=${pythonValue(optimizer.epsilon)})`;
    case "adadelta":
      return `torch.optim.Adadelta(groups, lr=RATE, rho=${pythonValue(optimizer.rho)}, eps=${pythonValue(optimizer.epsilon)})`;
    case "rmsprop":
      return `torch.optim.RMSprop(groups, lr=RATE, alpha=${pythonValue(optimizer.decay)}, eps=${pythonValue(optimizer.epsilon)}, momentum=${pythonValue(optimizer.momentum)})`;
    case "lion":
      return `Lion(groups, lr=RATE, betas=(${pythonValue(optimizer.beta1)}, ${pythonValue(optimizer.beta2)}))`;
    case "muon":
      throw new Error("Muon was refused.");
  }
}

/** Lion, which PyTorch lacks (Chen et al. 2023, algorithm 2, without its decay, which stands in the training loop). */
const lion = code`
  class Lion(torch.optim.Optimizer):
      """Chen et al. 2023, algorithm 2; a penalty in the gradient where there is one."""

      def __init__(self, params, lr, betas):
          super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": 0.0})

      @torch.no_grad()
      def step(self):
          for group in self.param_groups:
              beta1, beta2 = group["betas"]
              for p in group["params"]:
                  gradient = p.grad + group["weight_decay"] * p
                  moment = self.state[p].setdefault("moment", torch.zeros_like(p))
                  p.sub_(group["lr"] * (beta1 * moment + (1 - beta1) * gradient).sign())
                  moment.mul_(beta2).add_(gradient, alpha=1 - beta2)
`;

function optimizer({ optimizer, penalty }: RunConfig): string {
  const all = penalty.on.length === parameterRoles.length;
  const strength = penalty.kind === "l2" ? "PENALTY" : "0.0";
  const parts = [
    ...(optimizer.name === "lion" ? [lion] : []),
    ...(all && penalty.l1Gamma === 0 ? [] : [role]),
    all
      ? code`
  def make_optimizer(network):
      """The optimizer, and the parameters that the penalty covers: all."""
      covered = list(network.parameters())
      groups = [{"params": covered, "weight_decay": ${strength}}]
      return ${torchOptimizer(optimizer)}, covered
`
      : code`
  def make_optimizer(network):
      """The optimizer, and the parameters that the penalty covers."""
      reached = ${pythonValue(penalty.on)}
      covered = [p for name, p in network.named_parameters() if role(name) in reached]
      others = [p for name, p in network.named_parameters() if role(name) not in reached]
      groups = [{"params": covered, "weight_decay": ${strength}}, {"params": others, "weight_decay": 0.0}]
      return ${torchOptimizer(optimizer)}, covered
`,
  ];
  return parts.join("\n\n\n");
}

const role = code`
  def role(name):
      """What a parameter is for, by its name: "bias" is a convolution's or the classifier's."""
      if name.startswith("normalizations"):
          return "gamma" if name.endswith("weight") else "beta"
      return "weight" if name.endswith("weight") else "bias"
`;

function schedule({ schedule: { name, milestones, factor, final, warmup } }: RunConfig): string {
  const base = {
    constant: "1.0",
    step: `${pythonValue(factor)} ** sum(step > round(share * STEPS) for share in ${pythonValue(milestones)})`,
    cosine: `${pythonValue(final)} + (1 - ${pythonValue(final)}) * (1 + math.cos(math.pi * max(0, step - 1 - warm_up) / max(1, STEPS - warm_up))) / 2`,
    "one-cycle": "one_cycle(step)",
  }[name];
  const lines = [
    "def factor(step):",
    '    """What the learning rate is multiplied with; steps are counted from 1."""',
    ...(warmup > 0 || name === "cosine" ? [`    warm_up = round(${pythonValue(warmup)} * STEPS)`] : []),
    warmup > 0 ? `    return min(1, step / warm_up) * (${base})` : `    return ${base}`,
  ].join("\n");
  return name === "one-cycle" ? `${oneCycle}\n\n\n${lines}` : lines;
}

const oneCycle = code`
  def one_cycle(step):
      """Smith and Topin 2018 with the constants of torch.optim.lr_scheduler.OneCycleLR."""
      anneal = lambda start, end, share: end + (start - end) * (1 + math.cos(math.pi * share)) / 2
      peak, at = 0.3 * STEPS - 1, step - 1
      if at <= peak:
          return anneal(1 / 25, 1, at / peak)
      return anneal(1, 1 / 25e4, (at - peak) / (STEPS - 1 - peak))
`;

function training({ dataset: { augmentation }, penalty }: RunConfig): string {
  const isAugmented = augmentation.crop > 0 || augmentation.flip;
  const x = isAugmented ? "augment(train_x[batch], generator)" : "train_x[batch]";
  const lines = [
    ...(penalty.l1Gamma > 0
      ? [
          "            with torch.no_grad():",
          "                for name, p in network.named_parameters():",
          '                    if role(name) == "gamma":',
          "                        p.grad.add_(L1_GAMMA * p.sign())",
        ]
      : []),
    "            optimizer.step()",
    ...(penalty.kind === "decoupled" && penalty.lambda > 0
      ? [
          "            with torch.no_grad():",
          "                for p in covered:",
          "                    p.mul_(1 - PENALTY * factor(step))",
        ]
      : []),
  ];
  return `${code`
  def train(data, seed):
      """A trained network; incomplete batches are dropped."""
      train_x, train_y, _, _ = data
      torch.manual_seed(seed)
      generator = torch.Generator().manual_seed(seed)
      network = Network(int(train_y.max()) + 1).to(memory_format=torch.channels_last)
      optimizer, covered = make_optimizer(network)
      step, per_epoch = 0, len(train_x) // BATCH
      while step < STEPS:
          order = torch.randperm(len(train_x), generator=generator)
          for batch in order[: per_epoch * BATCH].split(BATCH):
              step += 1
              for group in optimizer.param_groups:
                  group["lr"] = RATE * factor(step)
              optimizer.zero_grad()
              F.cross_entropy(network(${x}.contiguous(memory_format=torch.channels_last)), train_y[batch]).backward()
`}
${lines.join("\n")}
            if step == STEPS:
                break
    return network.eval()`;
}

function dead({ model: { normalization } }: RunConfig): string {
  const scale =
    normalization === "none"
      ? "[0.0 for _ in WIDTHS]  # no gamma"
      : "[(n.weight.abs() < 1e-3).float().mean().item() for n in network.normalizations]";
  return code`
  @torch.no_grad()
  def measure(network, data):
      """Test error and, per layer, the shares of filters inactive by activation and by scale."""
      train_x, _, eval_x, eval_y = data
      largest = [torch.zeros(filters) for filters in WIDTHS]

      def watch(layer, activations):
          largest[layer - 1] = torch.maximum(largest[layer - 1], activations.abs().amax((0, 2, 3)))

      for batch in train_x.split(500):
          network(batch, watch)
      wrong = sum((network(x).argmax(1) != y).sum().item() for x, y in zip(eval_x.split(500), eval_y.split(500)))
      return {
          "testError": wrong / len(eval_y),
          "deadByActivation": [(m < 1e-12).float().mean().item() for m in largest],
          "deadByScale": ${scale},
      }
`;
}

const main = code`
  if __name__ == "__main__":
      parser = argparse.ArgumentParser()
      parser.add_argument("folder", type=Path)
      parser.add_argument("--seeds", type=int, nargs="+", default=[1])
      parser.add_argument("--threads", type=int, default=1)
      parser.add_argument("--json", action="store_true", help="print a line of JSON for each seed")
      options = parser.parse_args()
      torch.set_num_threads(options.threads)
      data = load(options.folder)
      for seed in options.seeds:
          result = {"seed": seed, "torch": torch.__version__, **measure(train(data, seed), data)}
          if options.json:
              print(json.dumps(result), flush=True)
              continue
          share = lambda values: sum(v * w for v, w in zip(values, WIDTHS)) / sum(WIDTHS)
          print(
              f"seed {seed}: test error {result['testError']:.1%}, dead by activation "
              f"{share(result['deadByActivation']):.1%}, by scale {share(result['deadByScale']):.1%}",
              flush=True,
          )
`;

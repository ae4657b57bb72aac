"""The networks of the benchmark in PyTorch, from the `model` of a run's configuration."""

import torch
from torch import nn


class Style:
    """What follows every convolution of a network."""

    def __init__(self, model):
        self.model = model
        self.has_bias = model["normalization"] == "none"

    def activation(self):
        name = self.model["activation"]
        if name == "leaky-relu":
            return nn.LeakyReLU(self.model["negativeSlope"], inplace=True)
        return {"relu": lambda: nn.ReLU(inplace=True), "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU}[name]()

    def normalization(self, filters):
        name = self.model["normalization"]
        if name == "batch":
            return nn.BatchNorm2d(filters, eps=1e-5, momentum=0.1)
        if name == "none":
            return nn.Identity()
        return nn.GroupNorm({"group": self.model["groups"], "layer": 1}[name], filters, eps=1e-5)

    def linear(self, inputs, filters, kernel=3, stride=1):
        """Convolution and normalization (a bias in place of none)."""
        convolution = nn.Conv2d(inputs, filters, kernel, stride, padding=kernel // 2, bias=self.has_bias)
        return [convolution, self.normalization(filters)]


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def plain(model, channels, classes, pools):
    """3x3 convolutions; a 2x2 max-pool after those that `pools` marks."""
    style, modules = Style(model), []
    for filters, pool in zip(model["widths"], pools):
        modules += [*style.linear(channels, filters), style.activation()]
        if pool:
            modules.append(nn.MaxPool2d(2))
        channels = filters
    return nn.Sequential(*modules, Mean(), nn.Linear(channels, classes))


def basicnet(model, channels, classes, _size):
    last = len(model["widths"]) - 1
    return plain(model, channels, classes, [index % 2 == 1 and index < last for index in range(last + 1)])


def vgg(model, channels, classes, size):
    sections = {8: [1, 1, 2, 2, 2], 13: [2, 2, 3, 3, 3]}[len(model["widths"])]
    pools = []
    for length in sections:
        pools += (length - 1) * [False] + [size >= 2]
        size = max(1, size // 2)
    return plain(model, channels, classes, pools)


class Residual(nn.Module):
    def __init__(self, branch, shortcut, activation):
        super().__init__()
        self.branch, self.shortcut, self.activation = branch, shortcut, activation

    def forward(self, x):
        return self.activation(self.branch(x) + self.shortcut(x))


def resnet(model, channels, classes, _size):
    style, widths = Style(model), iter(model["widths"])
    bottleneck = model["block"] == "bottleneck"
    kernels = [1, 3, 1] if bottleneck else [3, 3]
    filters = next(widths)
    modules = [*style.linear(channels, filters), style.activation()]
    channels = filters
    for stage, blocks in enumerate(model["stages"]):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            branch, inputs = [], channels
            for index, kernel in enumerate(kernels):
                filters = next(widths)
                branch += style.linear(inputs, filters, kernel, stride if index == kernels.index(3) else 1)
                if index < len(kernels) - 1:
                    branch.append(style.activation())
                inputs = filters
            projected = block == 0 and (stage > 0 or bottleneck)
            shortcut = nn.Sequential(*style.linear(channels, filters, 1, stride)) if projected else nn.Identity()
            modules.append(Residual(nn.Sequential(*branch), shortcut, style.activation()))
            channels = filters
    return nn.Sequential(*modules, Mean(), nn.Linear(channels, classes))


NETWORKS = {"basicnet": basicnet, "vgg": vgg, "resnet": resnet}


def network(model, channels, classes, size):
    """@param size: side of the images, pixels"""
    name = model["name"]
    if name not in NETWORKS:
        raise ValueError(f"unknown network {name!r}; expected one of {', '.join(NETWORKS)}")
    return NETWORKS[name](model, channels, classes, size)


def multiply_accumulates(net, images):
    """Of one image's forward pass: convolutions and dense layers."""
    total = 0

    def count(module, _inputs, output):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += module.weight.numel() * output.shape[2] * output.shape[3]
        elif isinstance(module, nn.Linear):
            total += module.weight.numel()

    hooks = [module.register_forward_hook(count) for module in net.modules()]
    with torch.no_grad():
        net.eval()(images[:1])
    for hook in hooks:
        hook.remove()
    return total

"""The JAX side of the benchmark: the same training or evaluation step, jit-compiled, on request.

    python test/bench/jax_peer.py

It speaks as torch_peer.py does, whose documentation has the protocol and the fields of `work`; products of matrices it
does not do. BasicNets, VGGs and ResNets of basic blocks with batch normalization and ReLU, trained with SGD without
momentum or Adam, each with L2; anything else is an error that says so. The number of threads is XLA's affair: the
environment of the process sets it.
"""

import json
import sys
import time

import jax
from jax import lax
from jax import numpy as jnp

EPSILON, MOMENTUM = 1e-5, 0.1


class Builder:
    """Collects parameters and counts multiply-accumulates while a network is written down once."""

    def __init__(self, key):
        self.key, self.parameters, self.statistics, self.macs = key, [], [], 0

    def normal(self, shape, fan_in):
        self.key, key = jax.random.split(self.key)
        return (2 / fan_in) ** 0.5 * jax.random.normal(key, shape)

    def block(self, inputs, filters, size, kernel=3, stride=1):
        """Convolution and batch normalization; what `apply_block` takes, and the size of its images."""
        index = len(self.parameters)
        filter_ = self.normal((kernel, kernel, inputs, filters), inputs * kernel * kernel)
        self.parameters.append((filter_, jnp.ones(filters), jnp.zeros(filters)))
        self.statistics.append((jnp.zeros(filters), jnp.ones(filters)))
        size = -(-size // stride)
        self.macs += kernel * kernel * inputs * filters * size * size
        return (index, kernel, stride), size

    def dense(self, inputs, classes):
        self.parameters.append((self.normal((inputs, classes), inputs), jnp.zeros(classes)))
        self.macs += inputs * classes


class Pass:
    """One forward pass; collects the new running statistics."""

    def __init__(self, parameters, statistics, training):
        self.parameters, self.statistics, self.training = parameters, list(statistics), training

    def block(self, x, layer):
        index, kernel, stride = layer
        filter_, gamma, beta = self.parameters[index]
        pad = kernel // 2
        x = lax.conv_general_dilated(
            x, filter_, (stride, stride), ((pad, pad), (pad, pad)), dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        mean, variance = self.statistics[index]
        if self.training:
            running, count = (mean, variance), x.size // x.shape[-1]
            mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
            fresh = (mean, variance * count / max(count - 1, 1))
            self.statistics[index] = tuple((1 - MOMENTUM) * a + MOMENTUM * b for a, b in zip(running, fresh))
        scale = gamma * lax.rsqrt(variance + EPSILON)
        return x * scale + (beta - mean * scale)

    def head(self, x):
        weight, bias = self.parameters[-1]
        return x.mean((1, 2)) @ weight + bias


def pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def plain(builder, model, size):
    """BasicNet and VGG: what is applied, in order."""
    widths = model["widths"]
    if model["name"] == "basicnet":
        pools = [index % 2 == 1 and index < len(widths) - 1 for index in range(len(widths))]
    else:
        sections = {8: [1, 1, 2, 2, 2], 13: [2, 2, 3, 3, 3]}[len(widths)]
        pools, side = [], size
        for length in sections:
            pools += (length - 1) * [False] + [side >= 2]
            side = max(1, side // 2)
    layers, inputs = [], 3
    for filters, pooled in zip(widths, pools):
        layer, size = builder.block(inputs, filters, size)
        layers.append((layer, pooled))
        size, inputs = size // 2 if pooled else size, filters
    builder.dense(inputs, 10)

    def apply(forward, x):
        for layer, pooled in layers:
            x = jax.nn.relu(forward.block(x, layer))
            x = pool(x) if pooled else x
        return forward.head(x)

    return apply


def resnet(builder, model, size):
    if model["block"] != "basic":
        raise ValueError("the JAX peer has basic blocks only")
    widths = iter(model["widths"])
    inputs = next(widths)
    first, size = builder.block(3, inputs, size)
    blocks = []
    for stage, count in enumerate(model["stages"]):
        for block in range(count):
            stride = 2 if block == 0 and stage > 0 else 1
            inner, outer = next(widths), next(widths)
            a, smaller = builder.block(inputs, inner, size, 3, stride)
            b, _ = builder.block(inner, outer, smaller)
            shortcut = builder.block(inputs, outer, size, 1, stride)[0] if stride == 2 else None
            blocks.append((a, b, shortcut))
            inputs, size = outer, smaller
    builder.dense(inputs, 10)

    def apply(forward, x):
        x = jax.nn.relu(forward.block(x, first))
        for a, b, shortcut in blocks:
            branch = forward.block(jax.nn.relu(forward.block(x, a)), b)
            x = jax.nn.relu(branch + (x if shortcut is None else forward.block(x, shortcut)))
        return forward.head(x)

    return apply


def updates_of(optimizer):
    """Slots for the parameters, and one step of the optimizer on (parameter, gradient, its slots, step)."""
    rate = optimizer["learningRate"]
    if optimizer["name"] == "sgd" and optimizer.get("momentum", 0) == 0:
        return 0, lambda p, g, slots, step: (p - rate * g, slots)
    if optimizer["name"] == "adam":
        beta1, beta2, epsilon = (optimizer.get(k, d) for k, d in (("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8)))

        def adam(p, g, slots, step):
            m, v = beta1 * slots[0] + (1 - beta1) * g, beta2 * slots[1] + (1 - beta2) * g * g
            root = jnp.sqrt(v / (1 - beta2**step)) + epsilon
            return p - rate * (m / (1 - beta1**step)) / root, (m, v)

        return 2, adam
    raise ValueError(f"the JAX peer has no {optimizer['name']}")


class Work:
    """A network with its step."""

    def __init__(self, work):
        model, size, mode = work["model"], work["size"], work["mode"]
        if model["normalization"] != "batch" or model["activation"] != "relu":
            raise ValueError("the JAX peer has batch normalization with ReLU only")
        key = jax.random.key(1)
        builder = Builder(key)
        apply = (resnet if model["name"] == "resnet" else plain)(builder, model, size)
        images = jax.random.normal(key, (work["batch"], size, size, 3))
        labels = jax.random.randint(key, (work["batch"],), 0, 10)
        self.macs = builder.macs
        self.parameters = sum(p.size for p in jax.tree.leaves(builder.parameters))

        def loss_of(parameters, statistics, training):
            forward = Pass(parameters, statistics, training)
            logits = jax.nn.log_softmax(apply(forward, images))
            return -jnp.take_along_axis(logits, labels[:, None], 1).mean(), tuple(forward.statistics)

        if mode == "evaluate":
            evaluate = jax.jit(lambda p, s: loss_of(p, s, False)[0])
            self.step = lambda: evaluate(builder.parameters, tuple(builder.statistics))
            return
        self.step = self.training(builder, loss_of, work)

    def training(self, builder, loss_of, work):
        penalty = work["penalty"]
        if penalty["kind"] != "l2":
            raise ValueError("the JAX peer has L2 only")
        slots, rule = updates_of(work["optimizer"])

        def train(parameters, statistics, state, step):
            (loss, statistics), gradients = jax.value_and_grad(loss_of, has_aux=True)(parameters, statistics, True)
            leaves, tree = jax.tree.flatten(parameters)
            new = [
                rule(p, g + penalty["lambda"] * p, s, step)
                for p, g, s in zip(leaves, jax.tree.leaves(gradients), state)
            ]
            return loss, jax.tree.unflatten(tree, [p for p, _ in new]), statistics, [s for _, s in new]

        compiled = jax.jit(train, donate_argnums=(0, 1, 2))
        state = [tuple(jnp.zeros_like(p) for _ in range(slots)) for p in jax.tree.leaves(builder.parameters)]
        values = [builder.parameters, tuple(builder.statistics), state]
        count = 0

        def step():
            nonlocal values, count
            count += 1
            loss, *values = compiled(*values, float(count))
            return loss

        return step


def time_steps(step, steps, reading):
    samples, loss = [], float("nan")
    while len(samples) < steps:
        start = time.perf_counter()
        for _ in range(reading):
            result = step()
        loss = float(result)
        samples += reading * [(time.perf_counter() - start) * 1e3 / reading]
    return {"millisecondsPerStep": samples, "loss": loss}


def main():
    works = {}
    print(json.dumps({"ready": True, "jax": jax.__version__}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            work = request["work"]
            key = json.dumps(work, sort_keys=True)
            if key not in works:
                works[key] = Work(work)
            made = works[key]
            times = time_steps(made.step, request["steps"], work["stepsPerReading"])
            answer = {**times, "macs": made.macs, "parameters": made.parameters}
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

"""Writes models as their authors export them: torchvision's architectures with filters killed at random, as ONNX.

    python test/onnx/make_models.py --out FOLDER [NAME ...]     torchvision's, some 700 MB in all, 16 classes
    python test/onnx/make_models.py --tiny test/onnx/fixtures   the committed ones, a few kB each

Weights are random (nothing is downloaded). Killed are a third of the filters: gamma 0 and beta drawn such that half of
them emit nothing and half a constant; where there is no normalization, weights 0 and such a bias.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn


def kill(layer_weight, layer_bias, generator, share=0.33):
    """Sets a share of the outputs of a layer, or of the channels of a normalization, to a constant each."""
    count = layer_weight.shape[0]
    dead = torch.rand(count, generator=generator) < share
    dead[0] = False
    beta = torch.where(torch.rand(count, generator=generator) < 0.5, -2.0, 0.6)
    layer_weight.data[dead] = 0
    layer_bias.data[dead] = beta[dead]


def prepare(model, seed=1, share=0.33):
    """Statistics and normalization as after training, then dead filters."""
    generator = torch.Generator().manual_seed(seed)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.running_mean.normal_(0, 0.1, generator=generator)
        norm.running_var.uniform_(0.5, 1.5, generator=generator)
        norm.weight.data.normal_(1, 0.1, generator=generator)
        norm.bias.data.normal_(0, 0.2, generator=generator)
        kill(norm.weight, norm.bias, generator, share)
    for name, module in model.named_modules():
        inner = isinstance(module, nn.Linear) and module.out_features > 16
        # ConvNeXt has no batch normalization: its wide layers die. A classifier's hidden layer dies too.
        if inner and not name.endswith(".5"):
            kill(module.weight, module.bias, generator, share)
    return model.eval()


def export(model, path, side, *, folded, batch="images", opset=17):
    axes = {"images": {0: batch}, "logits": {0: batch}} if batch else None
    kinds = torch.onnx.TrainingMode
    torch.onnx.export(
        model,
        torch.zeros(1, 3, side, side),
        str(path),
        input_names=["images"],
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=opset,
        dynamo=False,
        training=kinds.EVAL if folded else kinds.PRESERVE,
        do_constant_folding=folded,
    )
    print(f"{path} {path.stat().st_size / 1e6:.2f} MB", flush=True)


class Tiny(nn.Module):
    """Every kind of channel group in a few layers: residual sum, depthwise, gate, concatenation, groups, classifier."""

    def __init__(self):
        super().__init__()
        block = lambda i, o, k=3, groups=1: nn.Sequential(
            nn.Conv2d(i, o, k, padding=k // 2, groups=groups, bias=False), nn.BatchNorm2d(o)
        )
        self.stem = block(3, 12)
        self.first, self.second = block(12, 16), block(16, 12)
        self.expand, self.depthwise = block(12, 24, 1), block(24, 24, 3, 24)
        self.squeeze, self.excite = nn.Conv2d(24, 6, 1), nn.Conv2d(6, 24, 1)
        self.project = block(24, 12, 1)
        self.grow = block(24, 8)
        self.mix, self.grouped = block(32, 32, 1), block(32, 32, 3, 4)
        self.last = block(32, 10, 1)
        self.hidden, self.classifier = nn.Linear(10 * 16, 20), nn.Linear(20, 5)

    def forward(self, x):
        relu = torch.relu
        x = relu(self.stem(x))
        x = relu(x + self.second(relu(self.first(x))))
        y = nn.functional.hardswish(self.depthwise(nn.functional.relu6(self.expand(x))))
        gate = torch.sigmoid(self.excite(relu(self.squeeze(y.mean((2, 3), keepdim=True)))))
        x = torch.cat([x, self.project(y * gate)], 1)
        x = relu(torch.cat([x, self.grow(x)], 1))
        x = nn.functional.max_pool2d(relu(self.last(relu(self.grouped(relu(self.mix(x)))))), 2)
        return self.classifier(relu(self.hidden(torch.flatten(x, 1))))


def tiny(folder):
    torch.manual_seed(3)
    model = prepare(Tiny(), seed=4, share=0.4)
    # A channel of a residual sum can go only where all that write it are silent.
    dead = model.stem[1].weight == 0
    model.second[1].weight.data[dead] = 0
    model.second[1].bias.data[dead] = -0.3
    export(model, folder / "tiny.onnx", 8, folded=False)
    export(model, folder / "tiny-folded.onnx", 8, folded=True, batch=None, opset=18)
    channels_last(folder / "channels-last.onnx")
    alive = Tiny().eval()
    for module in (alive.squeeze, alive.hidden):
        module.bias.data.fill_(2)
    export(alive, folder / "tiny-alive.onnx", 8, folded=True)


def channels_last(path):
    """As Keras' exporters write: channels last, padding by name, products with a sum behind them, a softmax; batches of 4."""
    random = np.random.default_rng(1)
    draw = lambda *shape: random.normal(0, 0.3, shape).astype(np.float32)
    constants = {
        "first": draw(8, 3, 3, 3),
        "first-bias": draw(8),
        "second": draw(6, 8, 3, 3),
        "second-bias": draw(6),
        "hidden": draw(6, 5),
        "hidden-bias": draw(5),
        "classes": draw(5, 4),
        "axes": np.array([2, 3]),
    }
    for filters, bias in ((2, 0.5), (3, -1), (4, 0.25)):
        constants["first"][filters], constants["first-bias"][filters] = 0, bias
    constants["second"][1], constants["second-bias"][1] = 0, 0.7
    constants["hidden"][:, 2], constants["hidden-bias"][2] = 0, -1
    node = helper.make_node
    same = {"auto_pad": "SAME_UPPER", "kernel_shape": [3, 3]}
    nodes = [
        node("Transpose", ["images"], ["maps"], perm=[0, 3, 1, 2]),
        node("Conv", ["maps", "first", "first-bias"], ["c1"], strides=[2, 2], **same),
        node("Relu", ["c1"], ["r1"]),
        node("Conv", ["r1", "second", "second-bias"], ["c2"], **same),
        node("Relu", ["c2"], ["r2"]),
        node("GlobalAveragePool", ["r2"], ["pooled"]),
        node("Squeeze", ["pooled", "axes"], ["flat"]),
        node("MatMul", ["flat", "hidden"], ["product"]),
        node("Add", ["product", "hidden-bias"], ["sum"]),
        node("Relu", ["sum"], ["r3"]),
        node("MatMul", ["r3", "classes"], ["logits"]),
        node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    value = lambda name, shape: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
    tensors = [numpy_helper.from_array(values, name) for name, values in constants.items()]
    graph = helper.make_graph(
        nodes, "channels-last", [value("images", [4, 8, 8, 3])], [value("probabilities", [4, 4])], tensors
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8), str(path))


#: Side of the images, and whether batch normalization is folded into the convolutions, as exporters do by default.
architectures = {
    "resnet18": (64, False),
    "resnet50": (64, True),
    "vgg16_bn": (224, False),
    "mobilenet_v2": (64, False),
    "densenet121": (64, True),
    "efficientnet_b0": (64, False),
    "regnet_y_400mf": (64, True),
    "regnet_x_400mf": (64, False),
    "convnext_tiny": (64, True),
}


def torchvision_models():
    """torchvision.models, of any version: one whose compiled part does not fit this torch lacks operations not used here."""
    register = torch.library.register_fake
    torch.library.register_fake = lambda *_, **__: lambda function: function
    from torchvision import models

    torch.library.register_fake = register
    return models


def published(folder, names):
    models = torchvision_models()
    for name in names or architectures:
        side, folded = architectures[name]
        torch.manual_seed(1)
        export(prepare(getattr(models, name)(num_classes=16)), folder / f"{name}.onnx", side, folded=folded)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[[], *architectures])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--tiny", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for folder, make in ((options.tiny, tiny), (options.out, lambda place: published(place, options.names))):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            make(folder)

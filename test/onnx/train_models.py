"""Trains two of torchvision's architectures on CIFAR-10 until filters die, and writes them as ONNX.

    python test/onnx/train_models.py --data FOLDER --out data/models [NAME ...]     some minutes each on one core

FOLDER has train/CLASS/*.jpg and test/CLASS/*.jpg, 32x32 pixels, which are averaged to 16x16. Both networks are as people
fit them to small images: the first convolution does not stride and ResNet's first pool is left out; they are narrow, so that
the files are small. Adam with `weight_decay`, which is L2 on all parameters, normalization included.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from make_models import export, torchvision_models
from PIL import Image
from torch import nn

mean, std = (0.491, 0.482, 0.447), (0.247, 0.243, 0.262)


def resnet18(models, classes, width=8):
    """ResNet-18 with 8, 16, 32 and 64 filters in its stages instead of 64 to 512."""

    class Narrow(models.resnet.ResNet):
        def _make_layer(self, block, planes, *args, **options):
            if planes == 64:
                self.inplanes = width
            return super()._make_layer(block, planes * width // 64, *args, **options)

    model = Narrow(models.resnet.BasicBlock, [2, 2, 2, 2], num_classes=classes)
    model.conv1, model.bn1 = nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
    model.maxpool = nn.Identity()
    model.fc = nn.Linear(8 * width, classes)
    return model


def mobilenet_v2(models, classes):
    """MobileNetV2 at a quarter of its width, with fewer strides and a last convolution of 320 filters instead of 1280."""
    stages = [[1, 16, 1, 1], [6, 24, 2, 1], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]]
    model = models.mobilenet_v2(num_classes=classes, width_mult=0.25, inverted_residual_setting=stages)
    model.features[0][0].stride = (1, 1)
    last = model.features[-1]
    last[0], last[1] = nn.Conv2d(last[0].in_channels, 320, 1, bias=False), nn.BatchNorm2d(320)
    model.classifier[1] = nn.Linear(320, classes)
    return model


#: How to make a network, Adam's learning rate and L2.
networks = {"resnet18": (resnet18, 1e-2, 2e-3), "mobilenet_v2": (mobilenet_v2, 1e-2, 5e-4)}


def read(folder, count, generator):
    """Images [N, 3, 16, 16], normalized, and labels; as many of each class."""
    classes = sorted(path.name for path in folder.iterdir())
    images, labels = [], []
    for label, name in enumerate(classes):
        paths = sorted((folder / name).iterdir())
        for at in torch.randperm(len(paths), generator=generator)[: count // len(classes)].tolist():
            images.append(np.asarray(Image.open(paths[at]).convert("RGB")))
            labels.append(label)
    # Means of 2x2 pixels, halves up.
    means = nn.functional.avg_pool2d(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float(), 2)
    pixels = (means + 0.5).floor() / 255
    channel = lambda values: torch.tensor(values).view(1, 3, 1, 1)
    return (pixels - channel(mean)) / channel(std), torch.tensor(labels), classes


def train(model, images, labels, *, rate, decay, steps, batch, generator):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for step in range(steps):
        chosen = torch.randint(len(images), (batch,), generator=generator)
        own = images[chosen]
        flipped = torch.rand(batch, generator=generator) < 0.5
        own[flipped] = own[flipped].flip(3)
        loss = nn.functional.cross_entropy(model(own), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 200 == 0:
            gammas = torch.cat([m.weight.detach().abs() for m in model.modules() if isinstance(m, nn.BatchNorm2d)])
            print(f"step {step + 1}: loss {loss:.3f}, {(gammas < 1e-3).float().mean():.1%} of |gamma| < 1e-3", flush=True)
    model.eval()


def test_error(model, images, labels):
    with torch.no_grad():
        wrong = sum((model(x).argmax(1) != y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return wrong / len(images)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[[], *networks])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    models = torchvision_models()
    draw = torch.Generator().manual_seed(1)
    images, labels, classes = read(options.data / "train", options.images, draw)
    tests = read(options.data / "test", 2000, draw)[:2]
    for name in options.names or networks:
        make, rate, decay = networks[name]
        torch.manual_seed(1)
        model = make(models, len(classes))
        train(model, images, labels, rate=rate, decay=decay, steps=options.steps, batch=options.batch, generator=draw)
        error = test_error(model, *tests)
        path = options.out / f"{name}.onnx"
        export(model, path, 16, folded=False)
        trained = {
            **{"classes": classes, "mean": mean, "std": std, "testError": round(error, 4), "torch": torch.__version__},
            **{"rate": rate, "l2": decay, "steps": options.steps, "batch": options.batch, "images": len(images)},
        }
        proto = onnx.load(path)
        onnx.helper.set_model_props(proto, {key: json.dumps(value) for key, value in trained.items()})
        onnx.save(proto, path)
        print(f"{name}: test error {error:.1%}", flush=True)

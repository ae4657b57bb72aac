"""The PyTorch side of the benchmark: the same training or evaluation step, on request.

    python test/bench/torch_peer.py

Writes one JSON line when ready, {"ready": true, "torch": version}. Then for each JSON line on stdin,

    {"work": {...}, "steps": n}

does n steps of that work and answers with one line, {"millisecondsPerStep": [n numbers], "loss": the last one}, or
{"error": why}. Work that was asked for before goes on where it stopped, so that a caller can take turns between this
process and its own. It ends with its stdin. The fields of `work`:

    mode        "train" (default): forward, backward, optimizer step; "evaluate": forward only, evaluation mode
    widths      filters of BasicNet's convolutions
    size        side of the square images, pixels; 3 channels
    batch       images a step
    classes     default 10
    optimizer   as in a run's configuration: {"name": "sgd", "learningRate", "momentum"} or
                {"name": "adam" or "amsgrad", "learningRate", "beta1", "beta2", "epsilon"} or
                {"name": "adagrad", "learningRate", "epsilon"} or
                {"name": "rmsprop", "learningRate", "decay", "epsilon"}
    penalty     {"kind": "l2" or "decoupled", "lambda"}; default none
    threads     of one operation; default 1
    fused       PyTorch's fused optimizer kernel; default false, as in a plain training script

Images are random, in memory, channels_last; eager mode. The first steps of a work are slower: warm it up first.
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from torch_basicnet import BasicNet  # noqa: E402


def make_optimizer(parameters, optimizer, weight_decay, fused):
    rate = optimizer["learningRate"]
    # None leaves the choice between a loop and multi-tensor kernels to PyTorch; it goes with no fused=True.
    common = {"lr": rate, "weight_decay": weight_decay, "fused": True if fused else None}
    if optimizer["name"] == "sgd":
        return torch.optim.SGD(parameters, momentum=optimizer.get("momentum", 0.0), **common)
    if optimizer["name"] in ("adam", "amsgrad"):
        betas = (optimizer.get("beta1", 0.9), optimizer.get("beta2", 0.999))
        amsgrad = optimizer["name"] == "amsgrad"
        return torch.optim.Adam(parameters, betas=betas, eps=optimizer.get("epsilon", 1e-8), amsgrad=amsgrad, **common)
    if optimizer["name"] == "adagrad":
        return torch.optim.Adagrad(parameters, eps=optimizer.get("epsilon", 1e-10), **common)
    if optimizer["name"] == "rmsprop":
        options = {"lr": rate, "weight_decay": weight_decay}
        return torch.optim.RMSprop(
            parameters, alpha=optimizer.get("decay", 0.99), eps=optimizer.get("epsilon", 1e-8), **options
        )
    raise ValueError(f"unknown optimizer {optimizer['name']!r}; expected sgd, adam, amsgrad, adagrad or rmsprop")


def make_training(model, images, labels, work):
    penalty = work.get("penalty", {"kind": "l2", "lambda": 0.0})
    kind, strength = penalty["kind"], penalty["lambda"]
    parameters = list(model.parameters())
    coupled = strength if kind == "l2" else 0.0
    optimizer = make_optimizer(parameters, work["optimizer"], coupled, work.get("fused", False))
    decoupled = strength if kind == "decoupled" else 0.0
    model.train()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        if decoupled:
            with torch.no_grad():
                torch._foreach_mul_(parameters, 1 - decoupled)
        return loss

    return step


def make_evaluation(model, images, labels):
    model.eval()

    @torch.inference_mode()
    def step():
        return F.cross_entropy(model(images), labels)

    return step


def make_step(work):
    torch.manual_seed(1)
    classes, batch, size = work.get("classes", 10), work["batch"], work["size"]
    model = BasicNet(work["widths"], 3, classes).to(memory_format=torch.channels_last)
    images = torch.randn(batch, 3, size, size).to(memory_format=torch.channels_last)
    labels = torch.randint(0, classes, (batch,))
    mode = work.get("mode", "train")
    if mode == "train":
        return make_training(model, images, labels, work)
    if mode == "evaluate":
        return make_evaluation(model, images, labels)
    raise ValueError(f"unknown mode {mode!r}; expected train or evaluate")


def run(request, works):
    work, steps = request["work"], request["steps"]
    key = json.dumps(work, sort_keys=True)
    if key not in works:
        works[key] = make_step(work)
    torch.set_num_threads(work.get("threads", 1))
    samples, loss = [], float("nan")
    for _ in range(steps):
        start = time.perf_counter()
        # Reading the loss is part of a step: it is what waits for it to be done.
        loss = works[key]().item()
        samples.append((time.perf_counter() - start) * 1e3)
    return {"millisecondsPerStep": samples, "loss": loss}


def main():
    torch.set_num_interop_threads(1)
    works = {}
    print(json.dumps({"ready": True, "torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            answer = run(json.loads(line), works)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

"""The PyTorch side of the benchmark: the same training or evaluation step, on request.

    python test/bench/torch_peer.py [device] [--compile] [--tf32]

with device "cpu" (the default) or, e.g., "cuda", there in full single precision unless --tf32 lets it round factors;
with --compile through torch.compile and with the optimizer's fused kernel where it has one. Writes one JSON line when ready,
{"ready": true, "torch": version}. Then for each JSON line on stdin,

    {"work": {...}, "steps": n}                     n steps of that work
    {"sgemm": rows, "threads": t, "steps": n}       n products of two square float32 matrices

answers with one line, {"millisecondsPerStep": [numbers], "loss": the last one}, for a work with "macs"
(multiply-accumulates of one image's forward pass) and "parameters" (how many), or {"error": why}. Work that was asked
for before goes on where it stopped, so that a caller can take turns between this process and its own. It ends with
its stdin. The fields of `work`:

    mode            "train": forward, backward, optimizer step; "evaluate": forward only, evaluation mode
    model, optimizer, penalty
                    as in a run's configuration; the penalty on all parameters
    size            side of the square images, pixels; 3 channels, 10 classes
    batch           images a step
    threads         of one operation
    stepsPerReading after how many steps the loss is read, which waits for them

Images are random, in memory, channels_last. The first steps of a work are slower: warm it up first.
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from torch_networks import multiply_accumulates, network
from torch_optimizers import make_optimizer


def loss_of(model, compiled):
    def loss(images, labels):
        return F.cross_entropy(model(images), labels)

    return torch.compile(loss) if compiled else loss


def make_training(model, images, labels, work, compiled):
    penalty = work["penalty"]
    kind, strength = penalty["kind"], penalty["lambda"]
    if len(penalty.get("on", [0] * 4)) != 4 or penalty.get("l1Gamma", 0) != 0:
        raise ValueError("the benchmark has penalties on all parameters only")
    parameters = list(model.parameters())
    optimizer = make_optimizer(parameters, work["optimizer"], strength if kind == "l2" else 0.0, fused=compiled)
    decoupled = strength if kind == "decoupled" else 0.0
    model.train()
    forward = loss_of(model, compiled)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = forward(images, labels)
        loss.backward()
        optimizer.step()
        if decoupled:
            with torch.no_grad():
                torch._foreach_mul_(parameters, 1 - decoupled)
        return loss

    return step


def make_evaluation(model, images, labels, compiled):
    model.eval()
    forward = loss_of(model, compiled)

    @torch.inference_mode()
    def step():
        return forward(images, labels)

    return step


class Work:
    """A network with its step."""

    def __init__(self, work, device, compiled):
        torch.manual_seed(1)
        batch, size, mode = work["batch"], work["size"], work["mode"]
        model = network(work["model"], 3, 10, size).to(device, memory_format=torch.channels_last)
        images = torch.randn(batch, 3, size, size).to(device, memory_format=torch.channels_last)
        labels = torch.randint(0, 10, (batch,)).to(device)
        self.macs = multiply_accumulates(model, images)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        if mode == "train":
            self.step = make_training(model, images, labels, work, compiled)
        elif mode == "evaluate":
            self.step = make_evaluation(model, images, labels, compiled)
        else:
            raise ValueError(f"unknown mode {mode!r}; expected train or evaluate")


def time_steps(step, steps, reading=1):
    samples, loss = [], float("nan")
    while len(samples) < steps:
        start = time.perf_counter()
        for _ in range(reading):
            result = step()
        # Reading is part of a step: it is what waits for it to be done.
        loss = result.item()
        samples += reading * [(time.perf_counter() - start) * 1e3 / reading]
    return {"millisecondsPerStep": samples, "loss": loss}


def multiply(rows, device):
    a, b = torch.rand(rows, rows, device=device), torch.rand(rows, rows, device=device)
    return lambda: torch.mm(a, b)[0, 0]


def run(request, works, device, compiled):
    if "sgemm" in request:
        torch.set_num_threads(request["threads"])
        return time_steps(multiply(request["sgemm"], device), request["steps"])
    work = request["work"]
    key = json.dumps(work, sort_keys=True)
    if key not in works:
        works[key] = Work(work, device, compiled)
    torch.set_num_threads(work["threads"])
    times = time_steps(works[key].step, request["steps"], work["stepsPerReading"])
    return {**times, "macs": works[key].macs, "parameters": works[key].parameters}


def main():
    try:
        arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
        device = torch.device(arguments[0] if arguments else "cpu")
        torch.empty(1, device=device)
    except (AssertionError, RuntimeError) as error:
        print(json.dumps({"error": str(error).splitlines()[0]}), flush=True)
        return
    torch.set_num_interop_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = "--tf32" in sys.argv
    works, compiled = {}, "--compile" in sys.argv
    print(json.dumps({"ready": True, "torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            answer = run(json.loads(line), works, device, compiled)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

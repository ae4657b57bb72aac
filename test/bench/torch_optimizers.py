"""The optimizers of the benchmark in PyTorch, from the `optimizer` and `penalty` of a run's configuration.

torch.optim's own where it has them, with the kernels that a plain training script gets, or its fused ones on request
(SGD, Adam, AMSGrad, Adagrad). Lion is not there, and its Muon takes matrices only: both are written here as a PyTorch user would.
"""

import torch


class Lion(torch.optim.Optimizer):
    """Chen et al. (2023), algorithm 2, with L2 in the gradient."""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            parameters = group["params"]
            for p in parameters:
                if "moment" not in self.state[p]:
                    self.state[p]["moment"] = torch.zeros_like(p)
            moments = [self.state[p]["moment"] for p in parameters]
            gradients = torch._foreach_add([p.grad for p in parameters], parameters, alpha=group["weight_decay"])
            blend = torch._foreach_lerp(moments, gradients, 1 - beta1)
            torch._foreach_lerp_(moments, gradients, 1 - beta2)
            torch._foreach_add_(parameters, torch._foreach_sign(blend), alpha=-group["lr"])


class Muon(torch.optim.Optimizer):
    """torch.optim.Muon on convolutions' filters as matrices, iterating in float32, with L2 in the gradient."""

    def __init__(self, parameters, lr, momentum, nesterov, iterations, adjustment, weight_decay):
        defaults = {"lr": lr, "momentum": momentum, "nesterov": nesterov, "weight_decay": weight_decay}
        super().__init__(parameters, {**defaults, "iterations": iterations, "adjustment": adjustment})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            momentum = group["momentum"]
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                gradient = p.grad.add(p, alpha=group["weight_decay"])
                mean.lerp_(gradient, 1 - momentum)
                update = gradient.lerp(mean, momentum) if group["nesterov"] else mean
                filters, fan_in = p.shape[0], p[0].numel()
                original = group["adjustment"] == "original"
                scale = max(1, filters / fan_in) ** 0.5 if original else 0.2 * max(filters, fan_in) ** 0.5
                matrix = orthogonalized(update.reshape(filters, fan_in), group["iterations"])
                p.add_(matrix.reshape(p.shape), alpha=-group["lr"] * scale)


def orthogonalized(matrix, iterations):
    a, b, c = 3.4445, -4.775, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.t() if tall else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = x @ x.t()
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.t() if tall else x


class Both:
    """Two optimizers, each with parameters of its own, as one."""

    def __init__(self, *optimizers):
        self.optimizers = optimizers

    def step(self):
        for optimizer in self.optimizers:
            optimizer.step()

    def zero_grad(self, set_to_none=True):
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=set_to_none)


def make_optimizer(parameters, optimizer, weight_decay, fused=False):
    optim, name = torch.optim, optimizer["name"]
    common = {"lr": optimizer["learningRate"], "weight_decay": weight_decay}
    betas = (optimizer.get("beta1", 0.9), optimizer.get("beta2", 0.999))
    kernel = {"fused": True} if fused else {}
    epsilon = {"eps": optimizer["epsilon"]} if "epsilon" in optimizer else {}
    if name == "sgd":
        momentum, nesterov = optimizer.get("momentum", 0.0), optimizer.get("nesterov", False)
        return optim.SGD(parameters, momentum=momentum, nesterov=nesterov, **kernel, **common)
    if name in ("adam", "amsgrad"):
        return optim.Adam(parameters, betas=betas, amsgrad=name == "amsgrad", **epsilon, **kernel, **common)
    if name == "adamax":
        return optim.Adamax(parameters, betas=betas, **epsilon, **common)
    if name == "nadam":
        decay = optimizer.get("momentumDecay", 4e-3)
        return optim.NAdam(parameters, betas=betas, momentum_decay=decay, **epsilon, **common)
    if name == "adagrad":
        return optim.Adagrad(parameters, **epsilon, **kernel, **common)
    if name == "adadelta":
        return optim.Adadelta(parameters, rho=optimizer.get("rho", 0.9), **epsilon, **common)
    if name == "rmsprop":
        decay, momentum = optimizer.get("decay", 0.99), optimizer.get("momentum", 0.0)
        return optim.RMSprop(parameters, alpha=decay, momentum=momentum, **epsilon, **common)
    if name == "lion":
        return Lion(parameters, betas=betas, **common)
    if name == "muon":
        return make_muon(parameters, optimizer, weight_decay, fused)
    raise ValueError(f"unknown optimizer {name!r}")


def make_muon(parameters, optimizer, weight_decay, fused):
    adam = optimizer["adam"]
    filters = [p for p in parameters if p.dim() == 4]
    others = [p for p in parameters if p.dim() != 4]
    muon = Muon(
        filters,
        lr=optimizer["learningRate"],
        momentum=optimizer["momentum"],
        nesterov=optimizer["nesterov"],
        iterations=optimizer["iterations"],
        adjustment=optimizer["adjustment"],
        weight_decay=weight_decay,
    )
    return Both(muon, make_optimizer(others, {"name": "adam", **adam}, weight_decay, fused))

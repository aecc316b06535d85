"""works.py -- what is timed: each work's model, sizes, and the data and parameters that all contenders get.

A param or data array is (shape, distribution, a, b): "normal" mean and sd, "uniform" from and to, "integers" below a.  A number among
the data is a hyper.  They stand in the order of the model.
"""
from dataclasses import dataclass, field, replace
from math import prod


@dataclass
class Work:
    title: str
    name: str                                   # of the files in hand/, peers/ and best/, and of the function in torch_works.py
    model: str                                  # below tests/
    params: list
    data: list = field(default_factory=list)
    dims: dict = field(default_factory=dict)    # sizes that are known when it runs
    define: dict = field(default_factory=dict)  # constants of the model; hand-written C has them all in sizes.h
    fixed: dict = field(default_factory=dict)   # constants that the model has as they are
    tape: float = 0                             # operations that a tape would hold
    operations: float = 0                       # of value and derivative by hand; an elementary function counts as one
    output: str = ""                            # the value is this output, and the derivative its Jacobian
    value: int = 1                              # numbers in the value ...
    entries: int = 0                            # ... and in the derivative, where it is no gradient

    @property
    def nparam(self):
        return sum(prod(p[0]) for p in self.params)

    @property
    def nderivative(self):
        return self.entries or self.nparam


def normal(*shape, mean=0.0, sd=1.0):
    return (shape, "normal", mean, sd)


def uniform(*shape, lo=0.0, hi=1.0):
    return (shape, "uniform", lo, hi)


def integers(*shape, below):
    return (shape, "integers", below, 0)


def beale():
    return Work("Beale", "beale", "models/beale.ad", [normal(), normal()], tape=30, operations=44)


def expexp():
    return Work("expexp", "expexp", "bench/models/expexp.ad", [uniform()], tape=10, operations=12)


def rosenbrock(n):
    return Work(f"Rosenbrock {n:,}", "rosenbrock", "bench/models/rosenbrock.ad", [normal(n)], define={"N": n}, tape=8 * n, operations=17 * n)


def logsumexp(n):
    return Work(f"log-sum-exp {n:,}", "logsumexp", "bench/models/logsumexp.ad", [normal(n)], dims={"N": n}, tape=4 * n, operations=5 * n)


def gmm(n, d, k):
    return Work(f"mixture {n:,} / {d} / {k}", "gmm", "models/gmm.ad",
                [normal(k), normal(k, d), normal(k, d, sd=0.3), normal(k, d, d, sd=0.3 / d ** 0.5)], [normal(n, d)],
                {"N": n}, {"D": d, "K": k}, tape=n * k * d * (d + 6),
                operations=n * k * (3 * d * (d - 1) + 12 * d + 8))


def gmm_sizes(n, d, k):
    return replace(gmm(n, d, k), model="bench/models/gmm_sizes.ad", dims={"N": n, "D": d, "K": k}, define={})


def lstm(steps):
    h = 14
    return Work(f"LSTM {steps:,} steps", "lstm", "bench/models/lstm.ad",
                [normal(2, 4, h, sd=0.5), normal(2, 4, h, sd=0.5), normal(h), normal(h), normal(h)], [uniform(steps + 1, h)],
                {"T": steps}, fixed={"H": h}, tape=steps * h * 60, operations=steps * h * 150)


def bundle(cameras, points, observations):
    return Work(f"bundle adjustment {observations:,}", "bundle", "models/bundle.ad",
                [normal(cameras, 11, sd=0.1), uniform(points, 3, lo=1, hi=2), uniform(observations)],
                [integers(observations, below=cameras), integers(observations, below=points), normal(observations, 2)],
                {"C": cameras, "M": points, "P": observations}, operations=observations * 420, output="err",
                value=2 * observations, entries=30 * observations)


def kmeans(n, k, d):
    return Work(f"k-means {n:,} / {d} / {k}", "kmeans", "models/kmeans.ad", [normal(k, d)], [normal(n, d)],
                {"N": n, "K": k, "D": d}, tape=3 * n * k * d, operations=3 * n * k * d + 3 * n * d)


def lowrank(m, n, r):
    return Work(f"factorisation {m} x {n}, rank {r}", "lowrank", "models/lowrank.ad", [uniform(m, r), uniform(r, n)],
                [normal(m, n)], {"m": m, "n": n}, {"r": r}, tape=2 * m * n * r, operations=6 * m * n * r)


def softmax(n):
    return Work(f"softmax regression {n:,}", "softmax", "models/softmax.ad", [normal(10, 784, sd=0.1), normal(10)],
                [1e-4, uniform(n, 784), integers(n, below=10)], {"N": n}, fixed={"D": 784, "K": 10}, tape=2 * n * 7840,
                operations=4 * n * 7840)


def mlp(n):
    return Work(f"MLP 784-200-10, batch {n}", "mlp", "models/mlp.ad",
                [normal(200, 784, sd=0.03), normal(200), normal(10, 200, sd=0.07), normal(10)],
                [1e-4, uniform(n, 784), integers(n, below=10)], {"N": n}, fixed={"D": 784, "H": 200, "K": 10}, tape=2 * n * 158_800,
                operations=4 * n * 156_800 + 6 * n * 2000 + 4 * 158_800)


def convnet(n):
    first, second = 8 * 576 * 25, 16 * 64 * 200
    return Work(f"convnet, batch {n}", "convnet", "models/convnet.ad",
                [normal(8, 5, 5, sd=0.3), normal(8, sd=0.1), normal(16, 8, 5, 5, sd=0.1), normal(16, sd=0.1),
                 normal(10, 16, 4, 4, sd=0.1), normal(10, sd=0.1)],
                [uniform(n, 28, 28), integers(n, below=10)], {"N": n}, fixed={"F1": 8, "F2": 16, "K": 10},
                tape=n * 2 * (first + second), operations=n * (4 * first + 6 * second))


WORKS = [
    beale(), expexp(), rosenbrock(1000), logsumexp(1_000_000),
    gmm(1000, 10, 25), gmm(1000, 32, 50), gmm(1000, 64, 25), gmm(10_000, 20, 50),
    lstm(1024), bundle(49, 7776, 31_843), kmeans(10_000, 20, 16), lowrank(512, 512, 16), softmax(1000),
    mlp(100), mlp(10), mlp(1), convnet(100),
]

# The smallest of each kind, for a moment: so that the harness cannot rot.
QUICK = [beale(), expexp(), rosenbrock(1000), logsumexp(1000), gmm(20, 3, 4), lstm(5), bundle(2, 3, 4),
         kmeans(10, 3, 2), lowrank(5, 4, 2), softmax(2), mlp(2), convnet(1)]

# How cost grows: what is varied, and the works.
SWEEPS = {
    "N": ("rows of the mixture, D = 10, K = 25", [(n, gmm(n, 10, 25)) for n in (125, 250, 500, 1000, 2000, 4000, 8000)]),
    "D": ("dimensions of the mixture, N = 1,000, K = 25", [(d, gmm(1000, d, 25)) for d in (2, 4, 8, 16, 32, 64)]),
    "K": ("components of the mixture, N = 1,000, D = 10", [(k, gmm(1000, 10, k)) for k in (3, 6, 12, 25, 50, 100)]),
}
QUICK_SWEEPS = {"N": ("rows of the mixture, D = 3, K = 4", [(n, gmm(n, 3, 4)) for n in (10, 20)])}

# The mixture under each set of flags: constant sizes and sizes of a run.
FLAGGED = [(gmm(1000, d, 25), gmm_sizes(1000, d, 25)) for d in (10, 64)]
QUICK_FLAGGED = [(gmm(20, 3, 4), gmm_sizes(20, 3, 4))]

# A fit by each tier.
TIERS = [mlp(1000), gmm(1000, 10, 25)]
QUICK_TIERS = [gmm(20, 2, 2)]

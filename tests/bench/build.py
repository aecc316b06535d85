"""build.py -- shared libraries from models and C, with what compiling took."""
import array
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import time
from math import prod
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
QUICK = bool(os.environ.get("BENCH_QUICK"))
FLAGS = os.environ.get("BENCH_FLAGS", "").split()
CPP = ["-I" + str(HERE), "-D_DEFAULT_SOURCE"]
SHARED = ["-fPIC", "-shared", "-fno-semantic-interposition"]


def run(command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"bench: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def timed(command, times=1 if QUICK else 3):
    """Processor time, the median of some runs, in ms."""
    took = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    return statistics.median(took)


def compilers():
    return [c for c in os.environ.get("BENCH_CC", "gcc clang").split() if shutil.which(c)]


def flags(compiler):
    if "tcc" in compiler:
        return []
    return ["-O1"] if QUICK else ["-O3", "-march=native"] + FLAGS


class Builder:
    def __init__(self, adc, folder):
        self.adc, self.folder, self.number = adc, Path(folder), 0
        self.options = None  # instead of the usual flags

    def flags(self, compiler):
        return flags(compiler) if self.options is None else self.options

    def place(self, what):
        self.number += 1
        folder = self.folder / f"{self.number}-{what}"
        folder.mkdir(parents=True)
        return folder

    def model(self, work, *options):
        """Writes the C of a model; (folder, name, ms)."""
        folder = self.place(work.name)
        source = ROOT / "tests" / work.model
        name = source.stem
        command = [self.adc, source, "-o", folder / f"{name}.c", *options]
        for k, v in work.define.items():
            command += ["-D", f"{k}={v}"]
        if work.output:
            command += ["--emit", "jacobian"]
        return folder, name, timed(command)

    def ours(self, work, model, compiler, *options):
        """A library of a model, and what compiling its C took, in ms."""
        folder, name, _ = model
        library = self.place("ours") / f"{Path(compiler).name}.so"
        more = [f"-DMODEL={name}"]
        more += [f"-DOUTPUT={work.output}"] if work.output else [f"-D{name}_{f}=bench_{f}" for f in ("loss", "grad")]
        command = [compiler, *self.flags(compiler), *SHARED, *CPP, "-I", folder, *more, "-o", library, HERE / "ours.c"]
        command += options
        if "tcc" not in compiler:
            command.append("-lm")
        return library, timed(command, 1)

    def ours_with(self, work, compiler, option, sign, *options):
        """A library of a model that is made with an option of adc; None where its C has no sign of it."""
        model = self.model(work, option)
        if sign not in (model[0] / f"{model[1]}.c").read_text():
            return None
        return self.ours(work, model, compiler, *options)[0]

    def sized(self, what, work, **more):
        """A folder with sizes.h, in which are the constants of the model."""
        folder = self.place(what)
        sizes = ", ".join(f"{k} = {v}" for k, v in {**work.fixed, **work.define, **more}.items())
        (folder / "sizes.h").write_text(f"enum {{ {sizes} }};\n" if sizes else "")
        return folder

    def hand(self, work, compiler, folder="hand", libraries=()):
        source = HERE / folder / f"{work.name}.c"
        if not source.exists():
            return None
        at = self.sized(f"{folder}-{work.name}", work)
        library = at / f"{Path(compiler).name}.so"
        run([compiler, *self.flags(compiler), *SHARED, *CPP, "-I", at, "-o", library, source, *libraries, "-lm"])
        return library

    def peer(self, work, tool, libraries):
        """The work's C++ template under a tool's type."""
        source = HERE / "peers" / f"{work.name}.hpp"
        own = HERE / "peers" / f"{tool}_{work.name}.cpp"
        if not source.exists() and not own.exists():
            return None
        at = self.sized(f"{tool}-{work.name}", work, PARAMS=work.nparam, TAG=self.number, OPERATIONS=int(work.tape))
        library = at / f"{tool}.so"
        run(["g++", *flags("g++"), *SHARED, *CPP, "-I", at, "-w", f'-DWORK="{source}"', "-o", library,
             own if own.exists() else HERE / "peers" / f"{tool}.cpp", *libraries])
        return library

    def fit(self, work, tier, epochs):
        """Seconds of a fit in batches of 100, made-up numbers, nothing in the cache."""
        at = self.place("fit")
        command = [self.adc, "run", ROOT / "tests" / work.model, "--jit", tier, "--epochs", str(epochs), "--batch", "100", "--lr", "1e-4", "--json"]
        for k, v in work.define.items():
            command += ["-D", f"{k}={v}"]
        numbers = random.Random(1)
        text = (ROOT / "tests" / work.model).read_text()
        names = [m for line in re.findall(r"^data\s+(.*)", text, re.M) for m in re.findall(r"(\w+)\s*\[", line.split("#")[0])]
        for name, (shape, kind, a, b) in zip(names, [d for d in work.data if isinstance(d, tuple)]):
            draw = (lambda: numbers.randrange(a)) if kind == "integers" else (lambda: numbers.gauss(a, b)) if kind == "normal" else (lambda: numbers.uniform(a, b))
            values = array.array("i" if kind == "integers" else "d", (draw() for _ in range(prod(shape))))
            (at / f"{name}.bin").write_bytes(values.tobytes())
            command += ["--data", f"{name}={at / name}.bin:{'i32' if kind == 'integers' else 'f64'}{list(shape)}".replace(" ", "")]
        start = time.monotonic()
        run(command, env={**os.environ, "XDG_CACHE_HOME": str(at.resolve() / "cache")})
        return time.monotonic() - start

    def harness(self):
        library = self.place("harness") / "harness.so"
        run([compilers()[0], "-O3", "-march=native", *SHARED, *CPP, "-o", library, HERE / "harness.c", "-lm", "-lpthread"])
        return library

    def lanes(self, compilers, real):
        """ns of the functions of lanes as Markdown: beside libm, under each compiler, and without what only this machine has."""
        at = self.place(f"lanes-{real}")
        (at / "lanes.c").write_text(run([self.adc.parent / "tests" / "vmath" / "vmathtool", real]))
        made = [(c, flags(c)) for c in compilers] + [(f"{compilers[0]}, no -march", [f for f in flags(compilers[0]) if "-march" not in f])]
        libraries = []
        for k, (compiler, options) in enumerate(made):
            libraries.append(at / f"{k}.so")
            run([compiler.split(",")[0], *options, *SHARED, "-o", libraries[-1], at / "lanes.c", "-lm"])
        run([compilers[0], "-O2", *CPP, f"-DREAL={real}", "-o", at / "vmath", HERE / "vmath.c", "-lm"])
        head = [f"{real}, ns", "libm", *(label for label, _ in made)]
        return "\n".join(["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1),
                          run([at / "vmath", 3 if QUICK else 301, *libraries])])

    def from_text_ms(self, work, tier):
        """From source text to a callable gradient in memory, as adc bench tells it."""
        command = [self.adc, "bench", ROOT / "tests" / work.model, "--json", "--jit", tier]
        for k, v in work.define.items():
            command += ["-D", f"{k}={v}"]
        for k in work.dims:
            command += ["--set", f"{k}=2"]
        return json.loads(run(command))["compile_ms"]

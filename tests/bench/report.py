"""report.py -- the tables and pictures of a run, as Markdown: to docs/benchmarks.md and docs/benchmarks/, or printed."""
import os
import platform
import re
import statistics
import subprocess
import tempfile
from datetime import date
from math import log
from pathlib import Path

import build

PEER_TITLES = {"hand": "hand-written C", "best": "best form", "blas": "with OpenBLAS", "blas2": "with OpenBLAS, 2 threads", "adolc": "ADOL-C",
               "adept": "Adept", "cppad": "CppAD", "torch": "PyTorch", "torch2": "PyTorch, 2 threads"}
SWEPT = ["ours", "hand", "best", "torch", "adolc", "adept", "cppad"]


def duration(ns):
    if ns is None:
        return "-"
    for limit, unit, name in ((1e3, 1, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms"), (float("inf"), 1e9, "s")):
        if ns < limit:
            return f"{ns / unit:.3g} {name}"


def memory(n):
    if n is None:
        return "-"
    return f"{n} B" if n < 1024 else f"{n / 1024:.3g} K" if n < 1024 ** 2 else f"{n / 1024 ** 2:.3g} M"


def times(x):
    return "-" if x is None else f"{x:.0f}" if x >= 100 else f"{x:.3g}" if x >= 0.1 else f"{x:.2g}"


def table(head, rows):
    line = lambda cells: "| " + " | ".join(cells) + " |"
    return "\n".join([line(head), "|" + " --- |" + " ---: |" * (len(head) - 1), *map(line, rows)]) + "\n"


def main_table(results):
    columns = [k for k in PEER_TITLES if any(k in r["ns"] for r in results)]
    rows = []
    for r in results:
        cells = [f"{duration(r['ns'][k])} ({times(r['ratio'].get(k))})" if k in r["ns"] else "-" for k in columns]
        rows.append([r["work"].title, duration(r["ns"].get("ours")), *cells])
    return table(["work", "ours", *(PEER_TITLES[k] for k in columns)], rows)


def own_table(results, peak):
    rows = []
    for r in results:
        grad, over = r["ns"], r["over loss"]
        share = lambda k: f"{r['work'].operations / grad[k] * 1e9 / peak[1]:.1%}" if k in grad else "-"
        rows.append([r["work"].title, duration(grad.get("ours loss")), times(over["ours"]), times(over["hand"]), memory(r["bytes"].get("ours")),
                     memory(r["bytes"].get("hand")), share("ours"), share("hand")])
    return table(["work", "our loss", "gradient / loss, ours", "by hand", "work memory, ours", "by hand", "share of the peak, ours",
                  "by hand"], rows)


def thread_table(results):
    """Ours on two threads and with OpenBLAS."""
    rows = []
    for r in results:
        ns, two, blas = r["ns"], r["on two"], r["with blas"]
        if not {"ours2", "ours blas"} & ns.keys():
            continue
        against = lambda k, x: f"{duration(ns[k])} ({times(x)})" if k in ns else "-"
        rows.append([r["work"].title, duration(ns.get("ours2")), times(two.get("ours")), times(two.get("blas2")), times(two.get("torch2")),
                     against("ours blas", blas["ours blas"]), against("ours blas2", blas["ours blas2"])])
    return table(["work", "ours, 2 threads", "/ ours, 1", "/ OpenBLAS, 2 threads", "/ PyTorch, 2 threads", "ours `--blas` (/ OpenBLAS by hand)", "both on 2 threads"], rows)


def tier_table(results, compilers, tcc):
    first, others = compilers[0], compilers[1:]
    rows = []
    for r in results:
        grad, ms = r["ns"], r["ms"]
        row = [r["work"].title, duration(grad.get("ours")), f"{ms[first]:.0f}"]
        for c in others:
            against = grad["ours " + c] / grad["hand " + c] if {"ours " + c, "hand " + c} <= grad.keys() else None
            row += [f"{duration(grad.get('ours ' + c))} ({times(against)})", f"{ms[c]:.0f}"]
        if tcc:
            row += [duration(grad.get("ours tcc"))]
        rows.append([*row, f"{ms['to C']:.1f}", f"{ms['jit tcc']:.2f}", f"{ms['jit cc']:.0f}" if "jit cc" in ms else "-"])
    head = ["work", first, "its ms"]
    for c in others:
        head += [c, "its ms"]
    return table([*head, *(["tcc"] if tcc else []), "text to C, ms", "`--jit tcc`, ms", "`--jit cc`, ms"], rows)


def losses(results):
    """Where somebody else is faster, the worst first."""
    found = []
    for r in results:
        rivals = {k: r["ratio"][k] for k in PEER_TITLES if r["ratio"].get(k) is not None}
        if rivals:
            best = max(rivals, key=rivals.get)
            if rivals[best] > 1.05:
                found.append((rivals[best], r["work"].title, PEER_TITLES[best], rivals.get("hand")))
    rows = [[title, times(by), who, times(hand)] for by, title, who, hand in sorted(found, reverse=True)]
    return table(["work", "times slower", "than", "ours / hand-written C"], rows)


def slope(xs, ys):
    """The exponent of growth, by least squares on logarithms, over the upper half of the sizes."""
    half = len(xs) // 2
    xs, ys = [log(x) for x in xs[half:]], [log(y) for y in ys[half:]]
    mx, my = statistics.mean(xs), statistics.mean(ys)
    over = sum((x - mx) ** 2 for x in xs)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / over if over else 0


def sweep_table(name, points):
    columns = [k for k in SWEPT if any(k in r["ns"] for _, r in points)]
    rows = [[f"{x:,}", *(duration(r["ns"].get(k)) for k in columns), times(r["ratio"].get("hand"))] for x, r in points]
    growth = []
    for k in columns:
        known = [(x, r["ns"][k]) for x, r in points if k in r["ns"]]
        growth.append(f"{name}^{slope(*zip(*known)):.2f}" if len(known) > 2 else "-")
    titles = {"ours": "ours", **PEER_TITLES}
    return table([name, *(titles[k] for k in columns), "ours / by hand"], [*rows, ["grows as", *growth, ""]])


def plot(file, name, title, points):
    columns = [k for k in SWEPT if any(k in r["ns"] for _, r in points)]
    titles = {"ours": "adc", **PEER_TITLES}
    with tempfile.TemporaryDirectory() as folder:
        curves = []
        for k in columns:
            data = Path(folder) / k
            data.write_text("".join(f"{x} {r['ns'][k] / 1e6}\n" for x, r in points if k in r["ns"]))
            curves.append(f"'{data}' with linespoints lw {3 if k == 'ours' else 1} title '{titles[k]}'")
        script = f"""set terminal svg size 640,420 dynamic font 'sans,12' background 'white'
set output '{file}'
set logscale xy
set key left top
set grid
set title '{title}'
set xlabel '{name}'
set ylabel 'gradient, ms'
plot {', '.join(curves)}
"""
        build.run(["gnuplot"], input=script)


def machine():
    text = Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    model = re.search(r"model name\s*: (.*)", text)
    flags = set((re.search(r"^flags\s*: (.*)", text, re.M) or [None, ""])[1].split())
    widest = next((f for f in ("avx512f", "avx2", "avx", "sse2") if f in flags), "")
    return f"{model[1] if model else platform.processor()} ({os.cpu_count()} cores, {widest}), {platform.system()} {platform.machine()}"


def version(command):
    return subprocess.run([command, "-v" if command == "tcc" else "--version"], capture_output=True, text=True).stdout.split("\n")[0]


def conditions(tools, peak):
    lines = [f"- {date.today()}, {machine()}.",
             f"- Peak, measured with fused multiply-adds in registers: {peak[1] / 1e9:.1f} Gflop/s of one thread, {peak[2] / 1e9:.1f} of two.",
             f"- {'; '.join(version(c) for c in [*tools.compilers, *(['tcc'] if tools.tcc else [])])}. Flags of all C and C++: "
             f"`{' '.join(build.flags(tools.compilers[0]))}`" + (" (tcc has no levels)." if tools.tcc else ".")]
    if tools.torch:
        lines.append(f"- PyTorch {tools.torch.__version__}, double precision, eager mode.")
    lines.append(f"- Load of the machine at the end, of 1, 5 and 15 minutes: {', '.join(f'{x:.1f}' for x in os.getloadavg())}.")
    if tools.missing:
        lines.append(f"- Not on this machine: {', '.join(tools.missing)}.")
    return "\n".join(lines)


INTRODUCTION = """# Benchmarks

`make bench` writes this page (`BENCH="gmm mlp" make bench` prints the tables of some works). All contenders of a work run in one process, on the same numbers in the same memory,
with work memory that is allocated before; before anything is timed, loss and gradient of each must agree with the hand-written C to 1e-9. They are timed in turn, in blocks of calls, each round beginning with another one; shown are medians,
and ratios as medians of the ratios within a round. One thread is timed by its own processor time, two by the clock on the wall.

*Hand-written C* is what a good engineer writes from the formula without help: the derivative by hand, plain loops, row by row (`tests/bench/hand/`). It is compiled as ours is, with the same constants known. *Best form* is the fastest we could
write by hand, vectorised over rows (`tests/bench/best/`). ADOL-C (like CppAD) evaluates a tape that was made before; where it would hold more than 20 million operations it is left out. PyTorch's functions are in `tests/bench/torch_works.py`.

"""


def flag_table(title, rows):
    """ns by label under each set of flags; quotients of the least times."""
    of = lambda ns, a, b: f"{ns[a] / ns[b]:.2f}" if a in ns and b in ns else "-"
    lines = [f"\n{title}\n", "| | plain C | ours / plain C | sizes of a run / constant ones | straightforward C / ours |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {flags} | {ns['plain'] / 1e6:.3f} ms | {of(ns, 'ours', 'plain')} | {of(ns, 'sized', 'ours')} | {of(ns, 'hand', 'ours')} |" for flags, ns in rows if "plain" in ns]
    return "\n".join(lines) + "\n"


def run_table(tiers):
    rows = [[f"{title}, {epochs:,} epochs", *(f"{took[k]:.2f} s" for k in ("tcc", "cc", "auto")), f"{took['auto'] / min(took['tcc'], took['cc']):.2f}"]
            for title, epochs, took in tiers]
    return table(["work", "`--jit tcc`", "`--jit cc`", "`--jit auto`", "auto / the better"], rows)


def text_of(results, sweeps, lanes, flagged, tiers, peak, tools, folder):
    parts = [INTRODUCTION, "## Conditions\n\n", conditions(tools, peak), "\n\n## Gradients\n\n",
             "Time of value and gradient; in brackets our time divided by it: below 1 we are faster.\n\n", main_table(results)]
    parts += ["\n### Where another is faster\n\n", losses(results)]
    parts += ["\n## Two threads, and OpenBLAS\n\nOurs made with `--openmp` (where rows are one chunk, threads share the larger products), and with `--blas`; quotients as above. Our threads are bound to a core each, as `OMP_PROC_BIND=true` does: else the system may leave both on one for calls that are over in a millisecond. The others' run where the system puts them, which is faster for them.\n\n", thread_table(results)]
    parts += ["\n## Loss, memory, share of the peak\n\nThe share counts operations of the hand-written gradient, an elementary function as one.\n\n",
              own_table(results, peak)]
    parts += ["\n## Compilers\n\nOur gradient under each (in brackets divided by the hand-written C under the same), and the processor time that compiling takes; under `--jit` the time from text to a callable gradient.\n\n",
              tier_table(results, tools.compilers, tools.tcc)]
    if tiers:
        parts += ["\n## Fits\n\n`adc run --batch 100` from text to the end, the compiler's time among it (nothing is in the cache), by the clock on the wall; medians of three.\n\n", run_table(tiers)]
    for name, (title, points) in sweeps.items():
        parts.append(f"\n## Sweep over {name}: {title}\n\n")
        if folder:
            plot(folder / f"{name}.svg", name, title, points)
            parts.append(f"![{title}](benchmarks/{name}.svg)\n\n")
        parts.append(sweep_table(name, points))
    if flagged:
        parts.append("\n## Flags\n\nThe mixture's gradient; *plain C* is a form for all compilers and flags, over tiles of rows (`tests/bench/plain/`). Least times.\n")
        parts += [flag_table(title, rows) for title, rows, _ in flagged]
    if lanes:
        parts.append("\n## Functions of lanes\n\nTime of a number, in loops over 64, beside a loop that calls libm.\n\n" + "\n".join(lanes))
    return "".join(parts)


def write(results, sweeps, lanes, flagged, tiers, peak, tools, docs):
    """Into the folder docs; without one, to standard output."""
    if not docs:
        print(text_of(results, sweeps, lanes, flagged, tiers, peak, tools, None))
        return
    (docs / "benchmarks").mkdir(exist_ok=True)
    (docs / "benchmarks.md").write_text(text_of(results, sweeps, lanes, flagged, tiers, peak, tools, docs / "benchmarks"))
    print(docs / "benchmarks.md")

#!/bin/bash
# The optimisers follow PyTorch's: on the same gradients, 1,000 steps, to 1e-12.
set -eu
/usr/bin/python3 -c 'import torch' 2>/dev/null || { echo "PyTorch is not installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
cat >"$SCRATCH/follow.c" <<'C'
#include "adc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 5 };

/* follow NAME [OPTION VALUE]...: the points after 1, 10, 100, 1000 steps on the gradient c (x - i) + x^3 / 10 */
int main(int argc, char **argv)
{
    static const double c[N] = {0.5, 1, 4, 0.01, 9};
    double x[N] = {1, -2, 3, 2.5, -1}, g[N];
    adc_optim_options o;
    adc_error error;
    adc_optim_defaults(argv[1], &o);
    for (int k = 2; k + 1 < argc; k += 2) {
        const double v = atof(argv[k + 1]);
        if (!strcmp(argv[k], "lr")) o.lr = v;
        if (!strcmp(argv[k], "momentum")) o.momentum = v;
        if (!strcmp(argv[k], "nesterov")) o.nesterov = v != 0;
        if (!strcmp(argv[k], "weight_decay")) o.weight_decay = v;
        if (!strcmp(argv[k], "alpha")) o.alpha = v;
    }
    adc_optim *optim = adc_optim_new(argv[1], &o, N, &error);
    if (!optim) return puts(error.text), 1;
    for (int t = 1; t <= 1000; t++) {
        for (int i = 0; i < N; i++) g[i] = c[i] * (x[i] - i) + x[i] * x[i] * x[i] / 10;
        adc_optim_step(optim, x, 0, g);
        if (t == 1 || t == 10 || t == 100 || t == 1000)
            for (int i = 0; i < N; i++) printf("%.17g\n", x[i]);
    }
    adc_optim_free(optim);
    return 0;
}
C
san=
case $BUILD in */asan) san=-fsanitize=address,undefined ;; esac
${CC:-cc} $san -std=c99 -Wall -Wextra -I"$ADC_ROOT/runtime" -o "$SCRATCH/follow" "$SCRATCH/follow.c" "$BUILD/libadc.a" -lm
cat >"$SCRATCH/follow.py" <<'P'
import subprocess, sys
import torch

torch.set_default_dtype(torch.float64)
cases = [
    ("sgd", torch.optim.SGD, dict(lr=0.01)),
    ("sgd", torch.optim.SGD, dict(lr=0.01, momentum=0.9)),
    ("sgd", torch.optim.SGD, dict(lr=0.01, momentum=0.8, nesterov=True, weight_decay=0.1)),
    ("adam", torch.optim.Adam, dict()),
    ("adam", torch.optim.Adam, dict(lr=0.05, weight_decay=0.1)),
    ("amsgrad", torch.optim.Adam, dict(lr=0.05)),
    ("adamw", torch.optim.AdamW, dict(lr=0.05)),
    ("adamw", torch.optim.AdamW, dict(lr=0.01, weight_decay=0.2)),
    ("rmsprop", torch.optim.RMSprop, dict()),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.0003, alpha=0.9, momentum=0.5, weight_decay=0.1)),
    ("adagrad", torch.optim.Adagrad, dict(lr=0.1)),
    ("adagrad", torch.optim.Adagrad, dict(lr=0.5, weight_decay=0.1)),
]
failed = 0
for name, kind, options in cases:
    ours = [name]
    for key, value in options.items():
        ours += [key, repr(float(value))]
    got = [float(line) for line in subprocess.run([sys.argv[1]] + ours, check=True, capture_output=True, text=True).stdout.split()]
    c = torch.tensor([0.5, 1, 4, 0.01, 9])
    i = torch.arange(5.0)
    x = torch.tensor([1, -2, 3, 2.5, -1], requires_grad=True)
    extra = dict(amsgrad=True) if name == "amsgrad" else {}
    optim = kind([x], **options, **extra)
    want = []
    for t in range(1, 1001):
        with torch.no_grad():
            x.grad = c * (x - i) + x * x * x / 10
        optim.step()
        if t in (1, 10, 100, 1000):
            want += x.tolist()
    worst = max(abs(a - b) / (1 + abs(b)) for a, b in zip(got, want))
    if len(got) != len(want) or not worst <= 1e-12:
        print(name, options, "is off by", worst)
        failed += 1
print(f"{len(cases) - failed} passed, {failed} failed")
sys.exit(failed > 0)
P
/usr/bin/python3 "$SCRATCH/follow.py" "$SCRATCH/follow"

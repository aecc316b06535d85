#!/bin/bash
# Ctrl-C ends a run after the step at hand: what it has is reported, the history is whole.
# (A suite that runs in the background has SIGINT ignored: the default is put back first.)
cd "$(dirname "$0")" || exit 1
env --default-signal=INT timeout -s INT 1 adc run beale.ad --jit tcc --lr 1e-9 --steps 1000000000 --seed 1 --json >"$SCRATCH/out" 2>"$SCRATCH/err"
status=$?
[ $status = 124 ] || { echo "timeout gave $status"; cat "$SCRATCH/err"; exit 1; }
grep -q '"reason": "interrupt"' "$SCRATCH/out" || { echo "no report:"; cat "$SCRATCH/out" "$SCRATCH/err"; exit 1; }
[ ! -s "$SCRATCH/err" ] || { cat "$SCRATCH/err"; exit 1; }

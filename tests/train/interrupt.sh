#!/bin/bash
# Ctrl-C or SIGTERM ends a run after the step at hand: what it has is reported and saved, the history is whole.
# (A suite that runs in the background has SIGINT ignored: the default is put back first.)
cd "$(dirname "$0")" || exit 1
stopped() { # signal, status
    env --default-signal=INT adc run beale.ad --jit tcc --lr 1e-9 --steps 1000000000 --seed 1 --json --save "$SCRATCH/$1.npz" --history "$SCRATCH/h.csv" >"$SCRATCH/out" 2>"$SCRATCH/err" &
    for ((k = 0; k < 600; k++)); do # until it is at work
        [ "$(wc -l 2>/dev/null <"$SCRATCH/h.csv")" -gt 100 ] 2>/dev/null && break
        sleep 0.1
    done
    kill -"$1" $!
    wait $!
    status=$?
    [ $status = "$2" ] || { echo "status $status"; cat "$SCRATCH/err"; exit 1; }
    grep -q '"reason": "interrupt"' "$SCRATCH/out" || { echo "no report:"; cat "$SCRATCH/out" "$SCRATCH/err"; exit 1; }
    [ ! -s "$SCRATCH/err" ] || { cat "$SCRATCH/err"; exit 1; }
    steps=$(sed -nE 's/.*"steps": ([0-9]+).*/\1/p' "$SCRATCH/out")
    [ "$(tail -n 1 "$SCRATCH/h.csv" | cut -d, -f1)" = "$steps" ] || { echo "$steps steps, the history has"; tail -n 2 "$SCRATCH/h.csv"; exit 1; }
    adc eval beale.ad --load "$SCRATCH/$1.npz" --json >/dev/null || exit 1
    rm "$SCRATCH/h.csv"
}
stopped INT 130
stopped TERM 143

#!/bin/bash
# tiers.sh -- the benchmark's table of fits has a row, with a time for each tier.
tests/bench/smoke tiers >"$SCRATCH/out" || { status=$?; cat "$SCRATCH/out"; exit $status; }
[ "$(grep -cE '^\| [^|]+ epochs( \| [0-9.]+ s){3} \| [0-9.]+ \|$' "$SCRATCH/report")" = 1 ] || { cat "$SCRATCH/report"; exit 1; }

#!/bin/bash
# flags.sh -- the benchmark's table of flags has a row for each set, in which all contenders agree.
tests/bench/smoke flags >"$SCRATCH/out" || { status=$?; cat "$SCRATCH/out"; exit $status; }
[ "$(grep -cE '^\| gcc [^|]+ \| [0-9.]+ ms( \| [0-9.]+){3} \|$' "$SCRATCH/report")" = 3 ] || { cat "$SCRATCH/report"; exit 1; }

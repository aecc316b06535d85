#!/bin/bash
# lanes.sh -- the benchmark's table of functions of lanes has a row for each, in double and float.
tests/bench/smoke lanes >"$SCRATCH/out" || { status=$?; cat "$SCRATCH/out"; exit $status; }
names=$("$BUILD/tests/vmath/vmathtool" double | grep -c '^void run_')
[ "$(grep -cE '^\| [^|]+( \| [0-9.]+){3} \|$' "$SCRATCH/report")" = $((2 * names)) ] || { cat "$SCRATCH/report"; exit 1; }

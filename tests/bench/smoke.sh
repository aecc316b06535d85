#!/bin/bash
# smoke.sh -- the benchmark at tiny sizes, for a moment: all contenders that are here agree with the hand-written C, there is a report
# with all works, and a derivative that is wrong is found.  No time is asserted.
case $BUILD in */asan) echo "the benchmark is not about instrumented code"; exit 77 ;; esac
[ -x /usr/bin/python3 ] && command -v gcc >/dev/null || { echo "no python3 or no gcc"; exit 77; }
export BENCH_QUICK=1 BENCH_CC=gcc
fail() { echo "$1"; cat "$SCRATCH/report" "$SCRATCH/log"; exit 1; }
run() { "$1/bench" "$BUILD/adc" "$SCRATCH/$2" >"$SCRATCH/report" 2>"$SCRATCH/log"; }

run tests/bench all || fail "the benchmark failed"
# rows of the first table in which there are our time and that of the hand-written C
rows=$(sed -n '/^## Gradients/,/^###/p' "$SCRATCH/report" | grep -cE '^\| [^|]+ \| [0-9.]+ [^| ]*s \| [0-9.]+ [^| ]*s \(')
[ "$rows" = "$(ls tests/bench/hand/*.c | wc -l)" ] || fail "$rows works were timed"

mkdir "$SCRATCH/tests" && cp -r tests/bench tests/models "$SCRATCH/tests/" || exit 1
sed -i 's/grad\[0\] = 2 \*/grad[0] = 2.00001 */' "$SCRATCH/tests/bench/hand/beale.c"
BENCH=beale run "$SCRATCH/tests/bench" wrong && fail "a wrong derivative passed"
grep -q 'WRONG Beale: ours is' "$SCRATCH/log" || fail "a wrong derivative was not named"

#!/bin/bash
# wrong.sh -- a derivative that is not right is named, and not timed.
mkdir "$SCRATCH/tests" && cp -r tests/bench tests/models "$SCRATCH/tests/" || exit 1
sed -i 's/grad\[0\] = 2 \*/grad[0] = 2.00001 */' "$SCRATCH/tests/bench/hand/beale.c"
BENCH_FOLDER=$SCRATCH/tests/bench tests/bench/smoke beale >"$SCRATCH/said"
status=$?
[ $status = 77 ] && { cat "$SCRATCH/said"; exit 77; }
[ $status = 1 ] && grep -q 'WRONG Beale: ours is .* away from hand' "$SCRATCH/log"

#!/bin/bash
# Of the 35 problems of Moré, Garbow and Hillstrom, lbfgs and lm bring all, newton 34, to a least sum of squares that is known.
"$ADC_ROOT/tests/mgh/table" >"$SCRATCH/table"
awk -F'|' '/^\| reached/ { exit !($4 == 35 && $5 >= 34 && $6 == 35) } END { if (NR != 38) exit 1 }' "$SCRATCH/table" || { cat "$SCRATCH/table"; exit 1; }

#!/bin/bash
# check.sh -- adc check on every model here: reverse mode against differences, forward mode, complex step, and the debug evaluator where
# the model is small.
passed=0 failed=0
for file in tests/models/*.ad; do
    model=$(basename "$file" .ad)
    case $model in
    adaptive_ode) set -- -D tend=0.4 ;; # as it stands it needs 7,539 steps of its 5,000
    hmm) set -- --set T=9 --set S=3 ;; # other labels do not fit in 3 steps
    *) set -- ;;
    esac
    if adc check "$file" "$@" >"$SCRATCH/out" 2>&1 && grep -q '^complex step: relative error' "$SCRATCH/out"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$model:"
        cat "$SCRATCH/out"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

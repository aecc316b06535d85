#!/bin/bash
# The equations of every model in the suite, after lowering, reverse mode and all passes: printed, parsed and verified.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0 out=$(mktemp)
trap 'rm -f "$out"' EXIT
for model in models/*.ad reverse/*.ad; do
    for stage in lower reverse dce; do
        adc --dump=$stage "$model" >"$out" 2>/dev/null || continue 2
        if "$BUILD"/tests/ir/irtool "$out" verify roundtrip; then
            passed=$((passed + 1))
        else
            echo "$model after $stage"
            failed=$((failed + 1))
        fi
    done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/bash
# fmt.sh -- over every model that there is and parses, adc fmt keeps the tree and the comments, and has nothing left to do on what it wrote.
passed=0 failed=0
comments() { grep -o '#.*' "$1" | sed 's/[ \t\r]*$//'; }
for model in tests/*/*.ad examples/*/*.ad ../shared/models/*.ad; do
    adc --dump=parse "$model" >"$SCRATCH/tree" 2>/dev/null || continue
    if adc fmt "$model" >"$SCRATCH/once.ad" && adc fmt "$SCRATCH/once.ad" | cmp -s - "$SCRATCH/once.ad" &&
        adc --dump=parse "$SCRATCH/once.ad" | cmp -s - "$SCRATCH/tree" &&
        [ "$(comments "$model")" = "$(comments "$SCRATCH/once.ad")" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$model: not as it was, or not for good"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/bash
# Every pass, alone and in the order of the pipeline, leaves the values of results as they are: to the last bit where the pass is
# exact (but for the sign of a zero), to 1e-12 otherwise; and the verifier content.  Runs over the programs here and in tests/ir.
set -u
cd "$(dirname "$0")"
tool=${BUILD:-../../build}/tests/ir/irtool
passed=0 failed=0

# same TOLERANCE A B: the same words, numbers within the tolerance
same() {
    awk -v tol="$1" '
        function num(s) { return s ~ /^[-+]?[0-9.]+(e[-+]?[0-9]+)?$/ }
        function abs(x) { return x < 0 ? -x : x }
        NR == FNR { was[FNR] = $0; next }
        {
            n = split(was[FNR], a, /[ ,]+/)
            if (n != split($0, b, /[ ,]+/)) exit 1
            for (i = 1; i <= n; i++) {
                if (a[i] == b[i]) continue
                if (!num(a[i]) || !num(b[i])) exit 1
                size = abs(a[i]) > abs(b[i]) ? abs(a[i]) : abs(b[i])
                if (abs(a[i] - b[i]) > tol * (size > 1e-3 ? size : 1e-3)) exit 1
            }
            lines = FNR
        }
        END { if (lines != length(was)) exit 1 }' <(echo "$2") <(echo "$3")
}

check() { # check TOLERANCE FILE FIRST PASS...: FIRST (reverse, or nothing) alone gives what it gives with the passes
    local tol=$1 file=$2 first=$3 want got
    shift 3
    want=$("$tool" "$file" $first eval 2>&1) || return 0 # a program that the tool cannot evaluate or differentiate
    if got=$("$tool" "$file" "$@" verify eval 2>&1) && same "$tol" "$want" "$got"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$file: $*"
        diff <(echo "$want") <(echo "$got") | head -6
    fi
}

for file in *.ir ../ir/*.ir ../emit/scans.ir; do
    for first in "" reverse; do
        check 0 "$file" "$first" $first fold
        check 0 "$file" "$first" $first cse
        check 1e-12 "$file" "$first" $first unroll
        check 1e-12 "$file" "$first" $first hoist
        check 0 "$file" "$first" $first stencil
        check 1e-12 "$file" "$first" $first hoist fold stencil
        check 1e-12 "$file" "$first" $first unroll fold tidy
        check 1e-12 "$file" "$first" $first unroll fold cse hoist fold
        check 1e-12 "$file" "$first" $first fold hoist cse fold unroll fold hoist
    done
    case $file in stable_at* | stable_small*) continue ;; esac # there the unstable form is wrong
    check 1e-12 "$file" "" stable
    check 1e-10 "$file" reverse stable reverse unroll fold cse hoist fold
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

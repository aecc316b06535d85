#!/bin/bash
# layers.sh -- what the objects' symbols say about the layering: the order of tests/house/layers, a compiler without the
# runtime's training loop, a front end that does not see loop.h, and libraries that keep no state, print nothing and never exit.
cd "$BUILD" && [ -e compiler.a ] && [ -e libadc.a ] || exit 1
passed=0 failed=0
# verdict NAME TEXT: passes where nothing is said
verdict() {
    if [ -z "$2" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf '%s:\n%s\n' "$1" "$2"
    fi
}

# lines "object D|U symbol": defined and used, in each of the two libraries
symbols() { nm -A -g "$1" 2>/dev/null | sed -nE 's/^[^:]*:([^:]*)\.o:[0-9a-f ]* ([A-Za-z]) ([^ ]*)$/\1 \2 \3/p' |
    awk '{ print $1, ($2 == "U" ? "U" : "D"), $3 }'; }
symbols compiler.a >"$SCRATCH/compiler"
symbols libadc.a >"$SCRATCH/runtime"

verdict "uses what stands after it (see tests/house/layers)" "$(
    awk '
        FNR == NR {
            if ($0 ~ /^#/ || NF == 0) next
            row++
            for (i = 2; i <= NF; i++) if ($i == "apart:") apart[row] = 1; else layer[$i] = row
            next
        }
        { if (!($1 in layer) && !($1 in said)) { said[$1] = 1; print "  " $1 ".o has no row" } }
        $2 == "D" { home[$3] = $1 }
        $2 == "U" { use[++n] = $1 " " $3 }
        END {
            for (i = 1; i <= n; i++) {
                split(use[i], u, " ")
                if (!(u[2] in home) || home[u[2]] == u[1]) continue
                from = layer[u[1]]; to = layer[home[u[2]]]
                if (to > from || (to == from && apart[to])) print "  " u[1] ".o uses " u[2] " of " home[u[2]] ".o"
            }
        }' "$ADC_ROOT/tests/house/layers" "$SCRATCH/compiler"
)"

verdict "the compiler uses the runtime" "$(
    awk 'FNR == NR { if ($2 == "D") home[$3] = $1; next } $2 == "U" && $3 in home { print "  " $1 ".o uses " $3 " of " home[$3] ".o" }' \
        "$SCRATCH/runtime" "$SCRATCH/compiler"
)"

for object in arena source diag ast resolve ../parser ../lexer; do
    [ ! -e compiler/$object.d ] || grep -l '/loop\.h' compiler/$object.d
done >"$SCRATCH/sees"
verdict "the front end includes loop.h" "$(cat "$SCRATCH/sees")"

for library in compiler.a libadc.a; do
    # the two places that may end a program or write to a stream of their own: die_, and the scanner's skeleton
    verdict "$library prints or exits" "$(
        nm -A -u "$library" 2>/dev/null | sed -nE 's/^[^:]*:([^:]*)\.o: +U (exit|_exit|quick_exit|printf|puts|putchar|stdout|stderr)$/  \1.o uses \2/p' |
            grep -vE '^  (arena|lexer)\.o uses (stdout|stderr|exit)$'
    )"
done

# An object instrumented by a sanitizer has writable data of the sanitizer's own.  jit.c's `once` is the lock that lets
# libtcc set itself up once, whichever thread comes first.
if ! nm -u compiler.a 2>/dev/null | grep -q __asan_init; then
    for library in compiler.a libadc.a; do
        verdict "$library has state outside its arguments" "$(
            objdump -t "$library" 2>/dev/null | awk '/file format/ { sub(/:.*/, "", $1); at = $1 }
                $NF ~ /^once/ && at == "jit.o" { next }
                $0 ~ / O \.(data|bss|tdata|tbss)(\.[^r][^ ]*)?\t/ { print "  " at " " $NF }'
        )"
    done
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/bash
# compile.sh -- every model here as C, in double and in float: no warning from gcc, clang and tcc, none about the header from g++,
# all of them together in one program, and the same bytes again.
strict="-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wmissing-prototypes -Werror"
passed=0 failed=0
step() {
    local name=$1
    shift
    if "$@" >"$SCRATCH/out" 2>&1 && [ ! -s "$SCRATCH/out" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$name:"
        head -n 12 "$SCRATCH/out"
    fi
}
compilers=
for cc in gcc clang; do ! command -v $cc >/dev/null || compilers="$compilers $cc"; done
[ -n "$compilers" ] || compilers=cc
models="$PWD/tests/models"
cd "${SCRATCH:?}" || exit 1

all=
for real in double float; do
    for file in "$models"/*.ad; do
        model=$(basename "$file" .ad) name=$(basename "$file" .ad)_$real
        step "$model, $real" adc "$file" --real $real --prefix "$name" -o "$name.c"
        mkdir -p again
        step "$model, $real, again" adc "$file" --real $real --prefix "$name" -o "again/$name.c"
        step "$model, $real: the same C" cmp "$name.c" "again/$name.c"
        step "$model, $real: the same header" cmp "$name.h" "again/$name.h"
        for cc in $compilers; do step "$cc $name.c" $cc $strict -O1 -c "$name.c" -o "$name.o"; done
        ! command -v tcc >/dev/null || step "tcc $name.c" tcc -Wall -Werror -c "$name.c" -o "$name.tcc.o"
        ! command -v g++ >/dev/null || step "g++ $name.h" g++ -Wall -Werror -x c++ -fsyntax-only "$name.h"
        all="$all $name"
    done
done

# one program with all of them
{
    for name in $all; do echo "#include \"$name.h\""; done
    echo "int main(void) { return 0"
    for name in $all; do echo "    + (${name}.version != ADC_MODEL)"; done
    echo "; }"
} >main.c
step "all in one program" cc -std=c99 -o all main.c $(printf '%s.o ' $all) -lm
step "it runs" ./all
echo "$passed passed, $failed failed"
[ $failed = 0 ]

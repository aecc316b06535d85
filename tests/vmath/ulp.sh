#!/bin/bash
# ulp.sh -- the functions of lanes under every compiler and many flags: no warnings, errors within 2 ulp (ulp.c), and, with
# optimisation, vectors in every loop that is meant for them.  VMATH_POINTS random arguments for each range of each function.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
flags=("-O0" "-O2" "-O3 -march=native" "-O2 -std=c99 -march=native" "-O3 -ffast-math" "-O2 -march=native -ffast-math")

# vectors TEXT SAID: the loops over lanes in whose line the compiler did not find vectors.  That of sqrt sets errno.
vectors() {
    grep -n 'for (i = 0; i < M_LANES' "$1" | grep -v sqrt | cut -d: -f1 | while read -r line; do
        grep -q ":$line:" "$2" || echo "$1:$line is no vector: $(sed -n "${line}p" "$1")"
    done
}

# build TEXT COMPILER FLAGS...: a library.  cc links it, as -ffast-math at that step would have denormal numbers flushed.
build() {
    local text=$dir/$1.c cc=$2 name=$dir/$1-$2${#libraries[@]} note=() told=/dev/null
    shift 2
    case $* in *fast*) name+=-fast ;; esac
    case "$cc $*" in *-O0*) ;; gcc*) note=(-fopt-info-vec-optimized="$name.said") ;; clang*) note=(-Rpass=loop-vectorize) told=$name.said ;; esac
    echo "${name##*/}: $cc $*"
    "$cc" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror "$@" ${note[@]+"${note[@]}"} -c -fPIC -o "$name.o" "$text" 2>"$name.err" || {
        cat "$name.err"
        return 1
    }
    [ $told = /dev/null ] || mv "$name.err" $told
    cc -shared -z noexecstack -o "$name.so" "$name.o" -lm || return 1
    libraries+=("$name.so")
    [ ${#note[@]} = 0 ] || vectors "$text" "$name.said" >"$name.missing"
    [ ! -s "$name.missing" ] || { cat "$name.missing"; return 1; }
}

for real in double float; do
    libraries=()
    "$BUILD/tests/vmath/vmathtool" $real >"$dir/$real.c" || exit 1
    for cc in gcc clang; do
        for f in "${flags[@]}"; do
            # shellcheck disable=SC2086
            ! command -v $cc >/dev/null || build $real $cc $f || failed=1
        done
    done
    ! command -v tcc >/dev/null || build $real tcc || failed=1
    cc -O2 -DREAL=$real -o "$dir/ulp" "$ADC_ROOT/tests/vmath/ulp.c" -lm -ldl || exit 1
    "$dir/ulp" "${VMATH_POINTS:-10000}" "${libraries[@]}" || failed=1
done
exit $failed

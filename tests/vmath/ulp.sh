#!/bin/bash
# ulp.sh -- the functions of lanes under every compiler and many flags: no warnings, errors within 2 ulp (ulp.c), and a vector in
# every loop that is meant to be one.  VMATH_POINTS random arguments for each range of each function (make vmath: more).
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
here=$ADC_ROOT/tests/vmath
failed=0 libraries=()
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"

# build TEXT COMPILER FLAGS...: a library of it; linked by cc, since -ffast-math at that step would flush denormal numbers
build() {
    local text=$1 cc=$2 name
    shift 2
    name=$dir/$text-$cc${#libraries[@]}
    case $* in *fast*) name+=-fast ;; esac
    echo "${name##*/}: $cc $*"
    # shellcheck disable=SC2086
    "$cc" -c -fPIC "$@" $warn -o "$name.o" "$dir/$text.c" && cc -shared -z noexecstack -o "$name.so" "$name.o" -lm || return 1
    libraries+=("$name.so")
}

# vectors TEXT SAID: the loops over lanes on no line of which the compiler SAID that it is a vector; those of the rare arguments and of
# sqrt, which sets errno, need not be
vectors() {
    grep -n 'for (i = 0; i < M_LANES' "$dir/$1.c" | cut -d: -f1 | while read -r line; do
        sed -n "${line}p" "$dir/$1.c" | grep -q sqrt || grep -q ":$line:" "$2" || echo "$1.c:$line is no vector: $(sed -n "${line}p" "$dir/$1.c")"
    done
}

for real in double float; do
    "$BUILD/tests/vmath/vmathtool" $real >"$dir/$real.c" || exit 1
    libraries=()
    for cc in gcc clang; do
        command -v $cc >/dev/null || continue
        for flags in "-O0" "-O2" "-O3" "-O2 -std=c99 -march=native" "-O3 -march=native" "-O3 -ffast-math" "-O2 -march=native -ffast-math"; do
            # shellcheck disable=SC2086
            build $real $cc $flags || failed=1
        done
    done
    command -v tcc >/dev/null && { build $real tcc || failed=1; }
    cc -O2 -DREAL=$real -o "$dir/ulp" "$here/ulp.c" -lm -ldl || exit 1
    "$dir/ulp" "${VMATH_POINTS:-20000}" "${libraries[@]}" || failed=1
    for flags in "-O2" "-O3 -march=native" "-O2 -ffast-math"; do
        # shellcheck disable=SC2086
        gcc $flags -fopt-info-vec-optimized -c -o /dev/null "$dir/$real.c" 2>"$dir/said" && vectors $real "$dir/said" >"$dir/missing"
        # shellcheck disable=SC2086
        ! command -v clang >/dev/null || { clang $flags -Rpass=loop-vectorize -c -o /dev/null "$dir/$real.c" 2>"$dir/said" && vectors $real "$dir/said" >>"$dir/missing"; }
        [ ! -s "$dir/missing" ] || { echo "$flags:"; cat "$dir/missing"; failed=1; }
    done
done
exit $failed

#!/bin/bash
# install.sh -- make install, and examples/embed built on what it put there: without any library, through pkg-config, through CMake.
case $BUILD in */asan) echo "the libraries are instrumented"; exit 77 ;; esac
passed=0 failed=0
# step NAME COMMAND...
step() {
    local name=$1
    shift
    if "$@" >"$SCRATCH/out" 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$name:"
        cat "$SCRATCH/out"
    fi
}
to=$SCRATCH/prefix
make_install() { make B="${BUILD#"$ADC_ROOT"/}" ${CC:+CC="$CC"} install "$@"; }

step "make install" make_install PREFIX="$to"
step "make install with DESTDIR" make_install PREFIX=/usr DESTDIR="$SCRATCH/stage"
step "DESTDIR is no part of what is written" grep -qx 'prefix=/usr' "$SCRATCH/stage/usr/lib/pkgconfig/adc.pc"
step "both install the same files" diff <(cd "$to" && find . -type f | sort) <(cd "$SCRATCH/stage/usr" && find . -type f | sort)
step "the installed program runs" "$to/bin/adc" --version
if [ -e "$BUILD/adc_nlopt.so" ]; then
    printf 'param x = 3  loss x^2\n' >"$SCRATCH/x.ad"
    step "and finds its plug-ins" "$to/bin/adc" run "$SCRATCH/x.ad" --optimizer nlopt:lbfgs
fi

export PATH=$to/bin:$PATH PKG_CONFIG_PATH=$to/lib/pkgconfig
unset CFLAGS
want='a = 2.5000, k = 1.3000, c = 0.5000'
cp -r examples/embed "$SCRATCH/make" && cd "$SCRATCH/make" || exit 1
step "make without a library" make
step "what it prints" sh -c "./plain | grep '^$want'"
step "make with pkg-config" make fitted compiled
step "what it prints" sh -c "./fitted | grep '^$want'"
step "what it prints" sh -c "./compiled | grep '^${want/k/b}'"
if command -v g++ >/dev/null; then
    printf '#include <adc.h>\n#include "decay.h"\nint main() { return decay_strerror(DECAY_OK) == nullptr; }\n' >both.cc
    step "the headers in C++" g++ -Wall -Werror -fsyntax-only -I"$to/include" both.cc
fi
cd "$ADC_ROOT" || exit 1
step "cmake" cmake -S examples/embed -B "$SCRATCH/cmake" -DCMAKE_PREFIX_PATH="$to" -DCMAKE_BUILD_TYPE=Release
step "cmake --build" cmake --build "$SCRATCH/cmake"
cd "$SCRATCH/cmake" || exit 1
step "what it prints" sh -c "./plain | grep '^$want'"
step "what it prints" sh -c "./fitted | grep '^$want'"
step "what it prints" sh -c "./compiled | grep '^${want/k/b}'"
echo "$passed passed, $failed failed"
[ $failed = 0 ]

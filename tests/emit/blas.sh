#!/bin/bash
# blas.sh -- products through BLAS (--blas): the gradient is right with few rows and many, in memory under both compilers; C for both real
# types compiles without a warning and links with what its header says; windows keep their own kernels.
cd "${SCRATCH:?}" || exit 1
models=${ADC_ROOT:?}/tests/models
echo 'void dgemm_(void); int main(void) { dgemm_(); return 0; }' >try.c
for libs in -lopenblas "-llapack -lblas" none; do
    # shellcheck disable=SC2086
    [ "$libs" = none ] || ! gcc -o try try.c $libs 2>/dev/null || break
done
[ "$libs" != none ] || { echo "no BLAS here (libopenblas-dev)"; exit 77; }
for rows in 1 10 30 70; do # 10: sums of 100 terms over few columns are not BLAS's
    for jit in tcc cc; do
        adc check "$models/mlp.ad" --blas --set N=$rows --jit $jit | grep -q 'the gradient is right' || exit 1
    done
done
for real in double float; do
    adc "$models/mlp.ad" --blas --real $real -o mlp.c && grep -q "[ds]gemm_(" mlp.c && grep -q lopenblas mlp.h || exit 1
    # shellcheck disable=SC2086
    gcc -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -shared -fPIC -Wl,-z,defs mlp.c -o mlp.so $libs -lm || exit 1
done
adc "$models/mlp.ad" -o mlp.c && adc "$models/convnet.ad" --blas -o convnet.c && ! grep 'gemm_(' mlp.c convnet.c && ! grep lopenblas mlp.h

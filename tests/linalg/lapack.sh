#!/bin/bash
# The functions of matrices through LAPACK (--blas) against those of the generated C itself: loss, gradient and code, also where there
# is no factor or no solution, in double and float.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cc=${CC:-cc}
echo 'void dpotrf_(void); void dtrsm_(void); int main(void) { dpotrf_(); dtrsm_(); return 0; }' >"$dir/try.c"
for libs in -lopenblas "-llapack -lblas" none; do
    [ "$libs" = none ] || ! $cc -o "$dir/try" "$dir/try.c" $libs 2>/dev/null || break
done
[ "$libs" != none ] || { echo "no LAPACK here (libopenblas-dev)"; exit 77; }

cat >"$dir/model.ad" <<'END'
dim N, M
param p, q, z, u[N], G[N, N]
let A[i: N, j: N] = (sin(p * (i + 1) * (j + 2)) + G[i, j]) * (if i == N - 1 then q else 1)
let B[i: N, k: M] = cos(p * (i + 2*k)) + u[i]
let K[i: N, j: N] = (sum[k: N] A[i, k] * A[j, k]) / N + (if i == j then z else 0)
let X = solve(A, B)
let w = solve(transpose(A), u)
loss (sum(atan(X)) + sum(atan(w))) / N + sum(cholesky(K)) + sum(inverse(K)) + log(det(K)) + det(A) / (1 + exp(logdet(A)))
END
{ head -n 3 "$dir/model.ad"; echo 'loss det(A) + sum(u)*z'; } >"$dir/det.ad"
cat >"$dir/main.c" <<'END'
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "m.h"

static void show(double x) { printf(x != x ? " nan" : " %.17g", x); }

int main(int n, char **text)
{
    const m_dims dims = {.N = (size_t)atoi(text[1]), .M = (size_t)atoi(text[2])};
    const size_t count = m_nparam(&dims);
    m_real *theta = calloc(count + 1, sizeof *theta), *grad = calloc(count + 1, sizeof *grad), loss;
    void *work = malloc(m_work_bytes(&dims) + 64);
    for (size_t k = 0; k < count; k++)
        theta[k] = (m_real)(k < 3 && n == 6 ? atof(text[3 + k]) : sin(7.0 * (double)(k * k)) / 2);
    printf("%d", m_grad(&dims, theta, NULL, &loss, grad, work));
    show((double)loss);
    for (size_t k = 0; k < count; k++) show((double)grad[k]);
    printf("\n");
    free(theta);
    free(grad);
    free(work);
    return 0;
}
END

# agree TOLERANCE A B: the same numbers, relative to the largest of their kind
agree() {
    awk -v most="$1" 'NR == FNR { for (i = 1; i <= NF; i++) a[i] = $i; n = NF; next }
        { for (i = 1; i <= NF; i++) { x = a[i] + 0; big = (x < 0 ? -x : x) > big ? (x < 0 ? -x : x) : big }
          bad = n != NF || a[1] != $1
          for (i = 2; i <= NF; i++) { e = a[i] - $i; e = e < 0 ? -e : e
              if ((a[i] == "nan") != ($i == "nan") || !(e <= most * (1 + big))) bad = 1 } }
        END { exit bad }' "$2" "$3"
}

failed=0 passed=0
for model in model det; do for real in double float; do
    tolerance=1e-8
    [ $real = double ] || tolerance=2e-2
    for way in own lapack; do
        mkdir -p "$dir/$way"
        (cd "$dir/$way" && adc ../$model.ad --prefix m --real $real $([ $way = own ] || echo --blas) -o m.c)
        $cc -std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Werror ${SANITIZE:-} -I"$dir/$way" -o "$dir/$way/run" "$dir/$way/m.c" \
            "$dir/main.c" $([ $way = own ] || echo "$libs") -lm
    done
    for at in "1 1 1 1 3" "2 3 1 1 3" "5 1 1 1 3" "5 3 1 2 3" "30 4 1 1 3" "0 2 1 1 3" "5 0 1 1 3" "5 3 1 0 3" "1 2 1 0 3" "6 2 1 1 -20" "6 2 nan 1 3" \
        "70 2 nan 1 3" "6 2 1 nan 3"; do
        case "$model $at" in "det 6 2 1 nan 3") continue ;; esac # the last row's own cofactors are known all the same
        "$dir/own/run" $at >"$dir/own.txt"
        "$dir/lapack/run" $at >"$dir/lapack.txt"
        if agree $tolerance "$dir/own.txt" "$dir/lapack.txt"; then passed=$((passed + 1)); else
            failed=$((failed + 1))
            echo "$model, $real, N M p q z = $at:"
            cut -c1-300 "$dir/own.txt" "$dir/lapack.txt"
        fi
    done
done; done
grep -q 'LAPACK and BLAS: -llapack -lblas' "$dir/lapack/m.h" && passed=$((passed + 1)) || failed=$((failed + 1))
! grep -q LAPACK "$dir/own/m.h" && passed=$((passed + 1)) || failed=$((failed + 1))
echo "$passed passed, $failed failed"

#!/bin/bash
# openmp.sh -- C made with --openmp: no compiler warns, OpenMP or not; loss and gradient have the same bits on any number of threads,
# which are the sum of the chunks in order; several threads do take part; work memory is for as many as there are chunks.
cd "${SCRATCH:?}" || exit 1
passed=0 failed=0
step() {
    local name=$1
    shift
    if "$@" >out 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$name:"
        cat out
    fi
}
cat >net.ad <<'END'
dim N
const D = 5, H = 7
data X[N, D], y[N]
hyper lambda = 0.01
param W[H, D] ~ normal(0, 1), b[H] = 0.1, v[H] ~ normal(0, 1)
extern fn seen(x) derivative seen_x
let z[n, h] = tanh(b[h] + sum[d] W[h, d] * X[n, d])
loss mean[n] (seen(sum[h] v[h] * z[n, h]) - y[n])^2 + lambda * sum(W^2)
END
cat >main.c <<'END'
#include "net.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif
enum { MOST = 64 };
static int calls[MOST];
double seen(double x)
{
#ifdef _OPENMP
#pragma omp atomic
    calls[omp_get_thread_num() % MOST]++;
#endif
    return x;
}
double seen_x(double x) { return (void)x, 1; }
static void show(const char *what, const net_real *x, size_t n)
{
    printf("%s", what);
    for (size_t i = 0; i < n; i++) printf(" %a", (double)x[i]);
    puts("");
}
int main(int argc, char **argv)
{
    (void)argv;
    enum { P = 49 };
    const size_t sizes[] = {0, 1, 255, 512, 1600, 40000};
    net_real theta[P], grad[P], sum[P], part[P], loss, all, more;
    for (int s = 0; s < 6; s++) {
        const net_dims dims = {sizes[s]};
        const size_t N = dims.N, most = ADC_CHUNK_ROWS(N, net.short_chunks);
        net_real *X = malloc((N * 5 + 1) * sizeof *X), *y = malloc((N + 1) * sizeof *y);
        void *work = malloc(net_work_bytes(&dims)); /* exactly: a sanitizer sees one byte more */
        for (size_t i = 0; i < 5 * N; i++) X[i] = (net_real)((double)(i * 37 % 101) / 50 - 1);
        for (size_t i = 0; i < N; i++) y[i] = (net_real)((double)(i * 53 % 89) / 40 - 1);
        const net_data data = {.X = X, .y = y, .lambda = (net_real)0.01};
        if (net_nparam(&dims) != P || net_init(&dims, 1, theta)) return 2;
        int code = net_grad(&dims, theta, &data, &loss, grad, work);
        if (code != (N ? NET_OK : NET_ENONFINITE)) return 3; /* a mean of nothing */
        memset(sum, 0, sizeof sum), all = 0;
        for (size_t first = 0; first < N; first += most) {
            memset(part, 0, sizeof part), more = 0;
            net_grad_range(&dims, theta, &data, &more, part, work, first, N - first > most ? first + most : N);
            for (int i = 0; i < P; i++) sum[i] = first ? sum[i] + part[i] : part[i];
            all = first ? all + more : more;
        }
        if (N && (memcmp(sum, grad, sizeof sum) || memcmp(&all, &loss, sizeof all))) return 4;
        show("grad", grad, P), show("loss", &loss, 1);
        net_loss(&dims, theta, &data, &more, work);
        if (N && !(fabs((double)(more - loss)) <= 10 * (sizeof more == 4 ? 1e-6 : 1e-15) * (double)loss)) return 5;
        loss = more;
        show("loss", &loss, 1);
        if (argc > 1) { /* a description of what took part goes elsewhere */
            int threads = 0;
            for (int k = 0; k < MOST; k++) threads += calls[k] > 0;
            fprintf(stderr, "%zu rows, %d threads\n", N, threads), memset(calls, 0, sizeof calls);
        }
        free(work), free(y), free(X);
    }
    return 0;
}
END
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wdouble-promotion -Werror"
quiet="-std=c99"
case $BUILD in */asan) quiet="$quiet -fsanitize=address,undefined -fno-sanitize-recover=undefined" ;; esac
# build NAME COMPILER OPTIONS...
build() {
    local name=$1
    shift
    "$@" $quiet $warnings -O1 -c net.c -o "$name.o" && "$@" $quiet -O1 -o "$name" main.c "$name.o" -lm
}
for real in double float; do
    step "adc, $real" adc net.ad --openmp --real $real -o net.c
    step "gcc, $real" build serial gcc
    step "gcc -fopenmp, $real" build parallel gcc -fopenmp
    step "what it gives, $real" ./serial
    ./serial >want
    for threads in 1 2 3 7; do
        step "$threads threads, $real" sh -c "OMP_NUM_THREADS=$threads ./parallel >got && cmp want got"
    done
    command -v tcc >/dev/null && step "tcc, $real" tcc -Wall -Werror -c net.c -o tcc.o
    command -v clang >/dev/null || continue
    step "clang, $real" build other clang
    echo '#include <omp.h>' >omp.c
    clang -fopenmp -shared -fPIC -o omp.so omp.c 2>/dev/null || continue
    step "clang -fopenmp, $real" build other clang -fopenmp
    step "clang, 3 threads, $real" sh -c "./other >want && OMP_NUM_THREADS=3 ./other >got && cmp want got"
done
step "several threads take part" sh -c "OMP_NUM_THREADS=3 OMP_DYNAMIC=false ./parallel x 2>&1 >/dev/null | tee took | grep -q '^40000 rows, 3 threads'"
step "two of 512 rows, of 255 one" sh -c "grep -q '^512 rows, 2 threads' took && grep -q '^255 rows, 1 threads' took"

step "fewer by NET_THREADS" build two gcc -fopenmp -DNET_THREADS=2
step "then two take part" sh -c "OMP_NUM_THREADS=3 ./two x 2>&1 >/dev/null | grep -q '^40000 rows, 2 threads'"

# One chunk: its products are shared.
cat >net.ad <<'END'
dim N
data X[N, 640], y[N]
param W[130, 640] ~ normal(0, 0.1), v[130] ~ normal(0, 1)
loss mean[n] (sum[h] v[h] * tanh(sum[d] W[h, d] * X[n, d]) - y[n])^2
END
cat >image.ad <<'END'
dim N
data X[N, 8, 12, 12], y[N]
param W[16, 8, 5, 5] ~ normal(0, 0.1), v[16, 8, 8] ~ normal(0, 1)
let z[n, f, i: 8, j: 8] = relu(sum[c, k, l] W[f, c, k, l] * X[n, c, i + k, j + l])
loss mean[n] (sum[f, i, j] v[f, i, j] * z[n, f, i, j] - y[n])^2
END
cat >main.c <<'END'
#include "net.h"
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    const net_dims dims = {ROWS};
    const size_t P = net_nparam(&dims), n = ROWS * ROW;
    net_real *theta = malloc(P * sizeof *theta), *grad = malloc(P * sizeof *grad), *X = malloc(n * sizeof *X), y[ROWS], loss;
    void *work = malloc(net_work_bytes(&dims));
    for (size_t i = 0; i < n; i++) X[i] = (net_real)((double)(i * 37 % 101) / 50 - 1);
    for (int i = 0; i < ROWS; i++) y[i] = (net_real)((double)(i * 53 % 89) / 40 - 1);
    const net_data data = {.X = X, .y = y};
    if (net_init(&dims, 1, theta) || net_grad(&dims, theta, &data, &loss, grad, work)) return 2;
    for (size_t i = 0; i < P; i++) printf("%a\n", (double)grad[i]);
    printf("%a\n", (double)loss);
    free(work), free(X), free(grad), free(theta);
    return 0;
}
END
# Of rows with much work for their parameters 64 are one chunk; of others up to 255.
for row in 640 1152; do
    rows=100
    [ $row = 640 ] || { cp image.ad net.ad && rows=64; }
    for real in double float; do
        step "$row numbers in a row, $real" adc net.ad --openmp --real $real -o net.c
        step "gcc, $row, $real" build serial gcc -DROW=$row -DROWS=$rows
        step "gcc -fopenmp, $row, $real" build parallel gcc -fopenmp -DROW=$row -DROWS=$rows
        ./serial >want
        for threads in 1 2 3; do
            step "$threads threads, $row, $real" sh -c "OMP_NUM_THREADS=$threads ./parallel >got && cmp want got"
        done
    done
    step "they are shared, $row" sh -c "OMP_NUM_THREADS=3 OMP_DYNAMIC=false OMP_DISPLAY_AFFINITY=true ./parallel 2>&1 | grep -c ^level | grep -qx 3"
done
step "gcc, more rows" build serial gcc -DROW=1152 -DROWS=150
step "gcc -fopenmp, more rows" build parallel gcc -fopenmp -DROW=1152 -DROWS=150
for threads in 1 2 3; do
    step "$threads threads, 3 chunks" sh -c "./serial >want && OMP_NUM_THREADS=$threads ./parallel >got && cmp want got"
done
step "3 take part" sh -c "OMP_NUM_THREADS=7 OMP_DYNAMIC=false OMP_DISPLAY_AFFINITY=true ./parallel 2>&1 | grep -c ^level | grep -qx 3"

printf 'param x = 3\nloss x^2\n' >none.ad
adc none.ad --openmp -o none.c 2>said || failed=$((failed + 1))
step "a model without rows says so" grep -q -- '--openmp: the loss is no sum over rows' said
cat >half.ad <<'END'
dim N
data x[N], k[N]: int(3)
param A[3, 3] ~ normal(0, 1), b[3] = 0.4
let S = inverse(A)
let g[i: 3] = tanh(b[i]) + sum[j] S[i, j] * b[j]
loss mean[n] (x[n] * A[0, 0] * g[k[n]] - 1)^2
END
adc half.ad --openmp -o half.c 2>said || failed=$((failed + 1))
step "a gradient without rows says so" grep -q -- '--openmp: the gradient is no sum over rows of data: it runs on one thread' said
step "and is as without it" sh -c "adc none.ad --openmp -o - 2>/dev/null | grep -q omp_ && exit 1; exit 0"
echo "$passed passed, $failed failed"
[ $failed = 0 ]

/*
 * oracle.cpp -- gradients of the generated models against ADOL-C on the same functions written in C++ (functions.h).
 * Agreement to 1e-12 relative to the gradient's largest entry.
 */
#include "adc.h"

#include <adolc/adolc.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>

inline double value_of(double x) { return x; }
inline double value_of(const adouble &x) { return x.value(); }

#include "functions.h"

using twin::Data;

#define MODELS(M) \
    M(elementary) M(powers) M(gammas) M(reductions) M(branches) M(matrices) M(windows) M(lookups) M(softmax) M(mixture) M(rosenbrock) M(network)
extern "C" {
#define M(name) extern const adc_model name;
MODELS(M)
#undef M
}

static double uniform(unsigned long long &state)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}

/* Made-up data for a model, filled into its data struct and into what functions.h reads. */
static Data make_data(const adc_model &m, void *block)
{
    Data d;
    unsigned long long state = 42;
    for (int k = 0; k < m.arrays; k++) {
        const adc_array &a = m.array[k];
        if (a.kind != ADC_DATA) continue;
        size_t shape[8], n = 1;
        m.shape(nullptr, k, shape);
        for (int i = 0; i < a.rank; i++) n *= shape[i];
        void *p;
        if (a.type == ADC_INT32) {
            long lo, hi;
            m.range(nullptr, k, &lo, &hi);
            int *x = new int[n];
            bool sorted = !strcmp(a.name, "ptr");
            for (size_t i = 0; i < n; i++) x[i] = sorted ? (int)((size_t)(hi - 1) * i / n) : (int)(lo + (long)(uniform(state) * (double)(hi - lo)));
            d.integer.push_back(x);
            p = x;
        } else {
            double *x = new double[n];
            for (size_t i = 0; i < n; i++) x[i] = 2 * uniform(state) - 1;
            d.real.push_back(x);
            p = x;
        }
        memcpy((char *)block + a.field, &p, sizeof p);
    }
    return d;
}

template <class F> static bool compare(const adc_model &m, F recorded, uint64_t seed)
{
    size_t n = m.nparam(nullptr);
    std::vector<double> theta(n), ours(n), theirs(n);
    std::vector<char> block(m.data_bytes + 8), work(m.work_bytes(nullptr) + 64);
    char *aligned = work.data() + (64 - (uintptr_t)work.data() % 64) % 64;
    Data d = make_data(m, block.data());
    double f = 0, g = 0, largest = 0, worst = 0;
    m.init(nullptr, seed, theta.data());
    int code = m.grad(nullptr, theta.data(), block.data(), &f, ours.data(), aligned);

    std::vector<adouble> x(n);
    adouble y;
    trace_on(1);
    for (size_t i = 0; i < n; i++) x[i] <<= theta[i];
    y = recorded(x.data(), d);
    y >>= g;
    trace_off();
    gradient(1, (int)n, theta.data(), theirs.data());

    for (size_t i = 0; i < n; i++) largest = std::fmax(largest, std::fabs(theirs[i]));
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        double e = std::fabs(ours[i] - theirs[i]) / (std::fabs(theirs[i]) + largest + 1e-300);
        if (!(e <= worst)) worst = e, at = i;
    }
    bool ok = code == ADC_OK && std::fabs(f - g) <= 1e-12 * (1 + std::fabs(g)) && worst <= 1e-12;
    if (!ok)
        std::printf("%s, seed %d: code %d, loss %.17g against %.17g; gradient entry %zu %.17g against %.17g\n", m.name, (int)seed, code, f, g, at,
                    ours[at], theirs[at]);
    return ok;
}

int main()
{
    int passed = 0, failed = 0;
    for (uint64_t seed = 0; seed < 5; seed++) {
#define M(name) (compare(::name, [](const adouble *x, const Data &d) -> adouble { return twin::name<adouble>(x, d); }, seed) ? passed : failed)++;
        MODELS(M)
#undef M
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

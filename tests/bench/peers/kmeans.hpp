// Sum of squared distances to the nearest centre; which one that is is a passive matter.  theta: c (K, D).
template <class T> T value(const void *dims, const T *c, const void *data)
{
    const size_t *size = (const size_t *)dims, rows = size[0], centres = size[1], columns = size[2];
    const double *x = *(const double *const *)data;
    T cost = 0;
    for (size_t n = 0; n < rows; n++, x += columns) {
        size_t best = 0;
        double least = 0;
        for (size_t k = 0; k < centres; k++) {
            double square = 0;
            for (size_t d = 0; d < columns; d++)
                square += (x[d] - number(c[k * columns + d])) * (x[d] - number(c[k * columns + d]));
            if (k == 0 || square < least) least = square, best = k;
        }
        for (size_t d = 0; d < columns; d++) {
            T apart = x[d] - c[best * columns + d];
            cost += apart * apart;
        }
    }
    return cost;
}

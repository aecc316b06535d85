// The logarithm of a sum of exponentials.
template <class T> T value(const void *dims, const T *x, const void *)
{
    return log_sum_exp(x, (int)*(const size_t *)dims);
}

/*
 * search.c -- the line search of Moré and Thuente.
 */
#include "search.h"

#include <math.h>

static const double FTOL = 1e-4, GTOL = 0.9, LONGEST = 1e20, TIGHT = 1e-14;

void adc_search_start(Search *s, double f0, double d0, double t)
{
    *s = (Search){.f0 = f0, .d0 = d0, .t = t, .fx = f0, .dx = d0, .fy = f0, .dy = d0, .limit = LONGEST};
    s->width = s->limit;
    s->before = 2 * s->limit;
    s->hi = 5 * t;
}

bool adc_search_accepts(const Search *s, double f, double d)
{
    return isfinite(f) && isfinite(d) && f <= s->f0 + FTOL * s->t * s->d0 && fabs(d) <= -GTOL * s->d0;
}

static double larger(double a, double b, double c) { return fmax(fabs(a), fmax(fabs(b), fabs(c))); }

/* What the cubic through (a, fa) and (b, fb) with slopes da, db has in its formulas; *gamma is negative where b lies on the side. */
static double cubic(double a, double fa, double da, double b, double fb, double db, bool above, double *gamma)
{
    const double theta = 3 * (fa - fb) / (b - a) + da + db, s = larger(theta, da, db);
    *gamma = s * sqrt(fmax(0, (theta / s) * (theta / s) - (da / s) * (db / s)));
    if ((b > a) == above) *gamma = -*gamma;
    return theta;
}

/* The trial after t with value f and slope d, and the interval that holds the minimum: the four cases of section 4. */
static double trial(Search *s, double f, double d, double lo, double hi)
{
    const double t = s->t, sign = s->dx < 0 ? -d : d;
    double gamma, p, c, q, next;
    const double theta = cubic(s->tx, s->fx, s->dx, t, f, d, f <= s->fx, &gamma);
    if (f > s->fx) { /* 1: too far; closer to the cubic's minimum than to the parabola's */
        p = (gamma - s->dx) + theta;
        c = s->tx + p / (((gamma - s->dx) + gamma) + d) * (t - s->tx);
        q = s->tx + s->dx / ((s->fx - f) / (t - s->tx) + s->dx) / 2 * (t - s->tx);
        next = fabs(c - s->tx) < fabs(q - s->tx) ? c : c + (q - c) / 2;
        s->bracketed = 1;
    } else if (sign < 0) { /* 2: the slope has turned */
        p = (gamma - d) + theta;
        c = t + p / (((gamma - d) + gamma) + s->dx) * (s->tx - t);
        q = t + d / (d - s->dx) * (s->tx - t);
        next = fabs(c - t) > fabs(q - t) ? c : q;
        s->bracketed = 1;
    } else if (fabs(d) < fabs(s->dx)) { /* 3: less steep */
        p = (gamma - d) + theta;
        const double r = p / ((gamma + (s->dx - d)) + gamma);
        c = r < 0 && gamma != 0 ? t + r * (s->tx - t) : t > s->tx ? hi : lo;
        q = t + d / (d - s->dx) * (s->tx - t);
        if (s->bracketed != 0) {
            next = fabs(c - t) < fabs(q - t) ? c : q;
            const double far = t + 0.66 * (s->ty - t);
            next = t > s->tx ? fmin(far, next) : fmax(far, next);
        } else {
            next = fabs(c - t) > fabs(q - t) ? c : q;
            next = fmax(lo, fmin(hi, next));
        }
    } else if (s->bracketed != 0) { /* 4: as steep or steeper */
        double g2;
        const double theta2 = cubic(s->ty, s->fy, s->dy, t, f, d, true, &g2);
        next = t + ((g2 - d) + theta2) / (((g2 - d) + g2) + s->dy) * (s->ty - t);
    } else {
        next = t > s->tx ? hi : lo;
    }
    return next;
}

static void narrow(Search *s, double f, double d)
{
    const double sign = s->dx < 0 ? -d : d;
    if (f > s->fx) {
        s->ty = s->t;
        s->fy = f;
        s->dy = d;
        return;
    }
    if (sign < 0) {
        s->ty = s->tx;
        s->fy = s->fx;
        s->dy = s->dx;
    }
    s->tx = s->t;
    s->fx = f;
    s->dx = d;
}

/* Neither finite value nor slope: back towards the best, and never so far again. */
static bool retreat(Search *s)
{
    s->limit = s->t;
    s->hi = fmin(s->hi, s->t);
    s->t = s->tx + 0.1 * (s->t - s->tx);
    return s->t > s->tx;
}

bool adc_search_next(Search *s, double f, double d)
{
    const double target = FTOL * s->d0;
    s->tries++;
    if (s->tries >= SEARCH_TRIES) {
        s->t = s->fx < s->f0 ? s->tx : 0;
        return false;
    }
    if (!isfinite(f) || !isfinite(d)) return retreat(s);
    if (s->second == 0 && f <= s->f0 + s->t * target && d >= 0) s->second = 1;
    /* Until then the function less its bound is what the interval is kept for. */
    const double t = s->t;
    double next;
    if (s->second == 0 && f <= s->fx && f > s->f0 + t * target) {
        Search m = *s;
        m.fx -= s->tx * target, m.fy -= s->ty * target, m.dx -= target, m.dy -= target;
        next = trial(&m, f - t * target, d - target, s->lo, s->hi);
        narrow(&m, f - t * target, d - target);
        m.fx += m.tx * target, m.fy += m.ty * target, m.dx += target, m.dy += target;
        *s = m;
    } else {
        next = trial(s, f, d, s->lo, s->hi);
        narrow(s, f, d);
    }
    if (s->bracketed != 0) {
        if (fabs(s->ty - s->tx) >= 0.66 * s->before) next = s->tx + (s->ty - s->tx) / 2;
        s->before = s->width;
        s->width = fabs(s->ty - s->tx);
        s->lo = fmin(s->tx, s->ty);
        s->hi = fmax(s->tx, s->ty);
    } else {
        s->lo = next + 1.1 * (next - s->tx);
        s->hi = next + 4 * (next - s->tx);
    }
    next = fmax(0, fmin(s->limit, next));
    const bool stuck = s->bracketed != 0 && (next <= s->lo || next >= s->hi || s->hi - s->lo <= TIGHT * s->hi);
    if (stuck || !isfinite(next)) {
        s->t = s->fx < s->f0 ? s->tx : 0;
        return false;
    }
    s->t = next;
    return true;
}

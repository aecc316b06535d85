/*
 * bars.c -- adjoint arrays: which one a read belongs to, what it is pinned at, and its zeros.
 *
 * An adjoint belongs to an array and its pins: the subscripts that depend on the derivative's variables alone, or on these and the variable
 * of one range between integer data (ragged.c).  Its array has the derivative's variables, that of the range and the
 * dimensions that are not pinned, and so has the array of its live flag.
 */
#include "reverse.h"

bool bar_is_free(const Bar *b, uint32_t k) { return b->pin[k] == 0; }

/* Does the node depend on the variables of the derivative (and z), and on nothing else? */
static bool of_derivative(const Reverse *r, Id node, Id z)
{
    uint32_t n;
    const Id *vars = ir_vars(r->ir, node, &n);
    for (uint32_t i = 0; i < n; i++) {
        bool found = vars[i] == z;
        for (uint32_t k = 0; k < r->d->around.all.n && !found; k++) found = r->d->around.all.at[k].var == vars[i];
        if (!found) return false;
    }
    return n > 0;
}

/* Is the dimension worth pinning?  a[(i+1) % 3] would make three adjoints of three elements.  Steps of the scans around always are. */
static bool worth_pinning(const Reverse *r, Id array, Id sub, Id dim)
{
    int64_t size;
    for (uint32_t i = 0; i < r->d->around.bound; i++)
        if (ir_has_var(r->ir, sub, r->d->around.all.at[i].var)) return true;
    return r->given[array] || ir_opof(r->ir, sub) == OP_VAR || !ir_const_int(r->ir, dim, &size);
}

/* Has the adjoint the elements of one with these pins? */
static bool serves(const Bar *b, const Id *pin, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        if (b->pin[k] && b->pin[k] != pin[k]) return false;
    return true;
}

/* Takes away the adjoints that others serve, and forgets what was reached. */
void bars_forget_covered(Reverse *r)
{
    for (Id a = 1; a < r->arrays; a++) {
        uint32_t n = r->ir->array.at[a].dims.n, *link = &r->first_bar[a];
        while (*link) {
            uint32_t b = *link, other = r->first_bar[a];
            while (other && (other == b || !serves(&r->bar.at[other], r->bar.at[b].pin, n)))
                other = r->bar.at[other].next;
            r->bar.at[b].reached = r->bar.at[b].sure = false;
            if (other)
                *link = r->bar.at[b].next;
            else
                link = &r->bar.at[b].next;
        }
    }
    r->covered = false;
}

/* The adjoint that a read belongs to.  Steps of finished scans are not pinned: each step would ask for another adjoint. */
uint32_t bar_of(Reverse *r, const Binders *binders, Id read)
{
    Ir *ir = r->ir;
    Along along;
    uint32_t b = r->first_bar[ir->node.at[read].u.ref], z = ragged_of(r, binders, read, &along);
    if (b && r->bar.at[b].independent && !r->d->sparse) return b;
    if (z < binders->n) read = ir_subst(ir, read, &(Subst){binders->at[z].var, ir_var(ir, along.z.var)}, 1);
    Node x = ir->node.at[read];
    Id *pin = arena_alloc(ir->arena, (x.n + 1u) * sizeof *pin);
    Slice dims = ir->array.at[x.u.ref].dims;
    for (uint32_t k = 0; k < x.n; k++) {
        Id sub = ir_kid(ir, read, k);
        if (r->step[x.u.ref] && k + 1 >= r->step[x.u.ref]) continue;
        if (worth_pinning(r, x.u.ref, sub, ir->kid.at[dims.at + k]) && of_derivative(r, sub, along.z.var)) pin[k] = sub;
    }
    for (; b; b = r->bar.at[b].next) {
        if (serves(&r->bar.at[b], pin, x.n)) return b;
        Bar other = r->bar.at[b];
        bool covered = true;
        for (uint32_t k = 0; k < x.n; k++) covered &= pin[k] == 0 || pin[k] == other.pin[k];
        r->covered |= covered;
    }
    Bar bar = {.array = x.u.ref, .pin = pin, .next = r->first_bar[x.u.ref], .independent = r->given[x.u.ref]};
    for (uint32_t k = 0; k < x.n && along.z.var; k++)
        if (pin[k] && ir_has_var(ir, pin[k], along.z.var)) bar.along = along;
    vec_push(ir->arena, &r->bar, bar);
    r->changes++;
    return r->first_bar[x.u.ref] = r->bar.n - 1;
}

void bar_lead(const Reverse *r, const Bar *b, IdVec *subs)
{
    for (uint32_t k = 0; k < r->d->subs.n; k++) vec_push(r->ir->arena, subs, r->d->subs.at[k]);
    if (b->along.z.var) vec_push(r->ir->arena, subs, b->along.at);
}

void bar_around(const Reverse *r, const Bar *b, const Around *around, Around *out)
{
    *out = (Around){.bound = around->bound};
    for (uint32_t i = 0; i < around->all.n; i++) vec_push(r->ir->arena, &out->all, around->all.at[i]);
    if (b->along.z.var) vec_push(r->ir->arena, &out->all, b->along.z);
}

/* d_A[variables, free subscripts] = 0 */
void bar_zero(Reverse *r, const Bar *b, Id array, Id value)
{
    static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};
    Ir *ir = r->ir;
    Array of = ir->array.at[b->array];
    Around p;
    IdVec subs = {0};
    Binders outer = {0};
    bar_around(r, b, &r->d->around, &p);
    bar_lead(r, b, &subs);
    for (uint32_t k = p.bound; k < p.all.n; k++) vec_push(ir->arena, &outer, p.all.at[k]);
    for (uint32_t k = 0, n = 0; k < of.dims.n; k++) {
        if (!bar_is_free(b, k)) continue;
        Id v = ir_new_var(ir, letter[n++ % 6], of.span);
        vec_push(ir->arena, &outer, ((Binder){v, ir_int(ir, 0), ir->kid.at[of.dims.at + k]}));
        vec_push(ir->arena, &subs, ir_var(ir, v));
    }
    Eq e = {.target = array, .span = of.span, .body = value};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    Item it = {false, ir_new_eq(ir, &e)};
    vec_push(ir->arena, &r->zeros, it);
}

/* An array over the derivative's variables and the free dimensions. */
Id bar_array(Reverse *r, const Bar *b, const char *stem, Type type)
{
    Ir *ir = r->ir;
    Array of = ir->array.at[b->array];
    IdVec dims = {0};
    for (uint32_t k = 0; k < r->d->dims.n; k++) vec_push(ir->arena, &dims, r->d->dims.at[k]);
    if (b->along.z.var) vec_push(ir->arena, &dims, b->along.size);
    for (uint32_t k = 0; k < of.dims.n; k++)
        if (bar_is_free(b, k)) vec_push(ir->arena, &dims, ir->kid.at[of.dims.at + k]);
    const char *name = arena_printf(ir->arena, "%s_%s", stem, of.name);
    Id made = ir_new_array(ir, name, ARRAY_LOCAL, type, dims.at, dims.n, of.span);
    ir->array.at[made].primal = b->array;
    return made;
}

Id bar_adjoint(Reverse *r, uint32_t b)
{
    Bar *a = &r->bar.at[b];
    if (a->adjoint) return a->adjoint;
    a->adjoint = bar_array(r, a, "d", T_REAL);
    bar_zero(r, a, a->adjoint, ir_real(r->ir, 0));
    return a->adjoint;
}

Id bar_live(Reverse *r, uint32_t b)
{
    Bar *a = &r->bar.at[b];
    if (a->live) return a->live;
    a->live = bar_array(r, a, "live", T_BOOL);
    bar_zero(r, a, a->live, ir_bool(r->ir, false));
    return a->live;
}

/* The element of an adjoint or flag that belongs to these subscripts of the primal. */
Id bar_read(Reverse *r, uint32_t b, Id array, const IdVec *subs)
{
    Ir *ir = r->ir;
    IdVec at = {0};
    bar_lead(r, &r->bar.at[b], &at);
    for (uint32_t k = 0; k < subs->n; k++)
        if (bar_is_free(&r->bar.at[b], k)) vec_push(ir->arena, &at, subs->at[k]);
    return ir_read(ir, array, at.at, at.n);
}

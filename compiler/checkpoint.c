/*
 * checkpoint.c -- long scans in segments, of which the reverse sweep keeps the first states only.
 *
 *     h[0, i] = ...                                   h_kept[0, i] = ...
 *     scan t: T {                                     scan c: C recompute {        C = ceil(T / K), K = floor(sqrt(T)) + 1
 *         a[t, i] = ... h[t, i]                           h_part[c, 0, i] = h_kept[c, i]
 *         h[t + 1, i] = ...                               scan s: min(K, T - c*K) {
 *     }                                       ->              a_part[c, s, i] = ... h_part[c, s, i]
 *     ... h[T, i] ... a[t, i]                                 h_part[c, s + 1, i] = ...
 *                                                         }
 *                                                         h_kept[c + 1, i] = h_part[c, min(K, T - c*K), i]
 *                                                     }
 *                                                     a[t, i] = a_part[t div K, t % K, i]  for t: T, i
 *                                                     ... h_kept[C, i] ... a[t, i]
 *
 * The reverse of a scan that is marked `recompute` computes a segment again before it runs it backwards (recompute.c), so that
 * nothing of the length of the scan is kept but h_kept: C states and K steps instead of T.  (Griewank 1992 has schedules that
 * keep fewer at the price of more recomputation; one level doubles the primal's work.)
 *
 * A scan is cut only if its body reads its own arrays at its own step, and nothing reads a state but the last one.
 *
 * needs: order, primal only   makes: regions to recompute   exact: yes
 */
#include "passes.h"

/* An array that the scan makes. */
typedef struct {
    uint32_t dim; /* which of its dimensions is the step */
    bool made, state, outside;
    Id part, kept; /* one segment of it; of a state, its values where segments begin */
} Made;

typedef struct {
    Ir *ir;
    Region g;
    Made *made; /* by array */
    Id arrays;
    Id c, s;                   /* variables: segment, step in it */
    Id count, length, segment; /* C, K, min(K, T - c*K) */
} Split;

/* ---- can it be cut? */

/* step + 0 or 1 */
static bool is_step(Ir *ir, Id sub, Id step, bool *ahead)
{
    int64_t gap;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, sub, ir_var(ir, step)), &gap) || gap < 0 || gap > 1) return false;
    *ahead = gap == 1;
    return true;
}

static bool note_target(Split *x, Id eq)
{
    Ir *ir = x->ir;
    Eq e = ir->eq.at[eq];
    Made m = {.dim = UINT32_MAX};
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = ir->kid.at[e.subs.at + k];
        if (!ir_has_var(ir, sub, x->g.step.var)) continue;
        if (m.dim != UINT32_MAX || !is_step(ir, sub, x->g.step.var, &m.state)) return false;
        m.dim = k;
    }
    Made *old = &x->made[e.target];
    m.made = true;
    bool same = !old->made || (old->dim == m.dim && old->state == m.state);
    *old = m;
    return same && m.dim != UINT32_MAX && ir->array.at[e.target].kind == ARRAY_LOCAL;
}

static bool note_targets(Split *x, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = x->ir->item.at[items.at + i];
        Region r = it.region ? x->ir->region.at[it.id] : (Region){0};
        if (it.region ? r.cond || !note_targets(x, r.items) : !note_target(x, it.id)) return false;
    }
    return true;
}

/* Reads inside are of the step at hand, of a state outside of its last; non-states may be read at any. */
static bool note_reads(Split *x, const IdVec *roots, bool inside)
{
    Ir *ir = x->ir;
    IdVec all = ir_reach(ir, roots->at, roots->n);
    for (uint32_t i = 0; i < all.n; i++) {
        Node n = ir->node.at[all.at[i]];
        if (n.op != OP_READ || n.u.ref >= x->arrays || !x->made[n.u.ref].made) continue;
        Made *m = &x->made[n.u.ref];
        Id sub = ir_kid(ir, all.at[i], m->dim);
        if (inside ? sub != ir_var(ir, x->g.step.var) : m->state && sub != x->g.step.hi) return false;
        m->outside |= !inside;
    }
    return true;
}

static bool note_uses(Split *x, Slice items, Id region, bool inside)
{
    Ir *ir = x->ir;
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        IdVec roots = {0};
        if (it.region) {
            Region r = ir->region.at[it.id];
            bool in = inside || it.id == region;
            ir_region_roots(ir, it.id, &roots);
            if (!note_reads(x, &roots, inside) || !note_uses(x, r.head, region, in) ||
                !note_uses(x, r.items, region, in))
                return false;
            continue;
        }
        Eq e = ir->eq.at[it.id];
        ir_eq_roots(ir, it.id, &roots);
        if (e.by) vec_push(ir->arena, &roots, e.by);
        if (!note_reads(x, &roots, inside)) return false;
        if (inside || !x->made[e.target].made) continue;
        const Made *m = &x->made[e.target];
        if (!m->state || !ir_is_int(ir, ir->kid.at[e.subs.at + m->dim], 0)) return false;
    }
    return true;
}

static bool can_split(Split *x, Id region)
{
    Region g = x->ir->region.at[region];
    int64_t steps;
    if (g.down || g.cond || g.recompute || !ir_is_int(x->ir, g.step.lo, 0)) return false;
    for (uint32_t i = 0; i < g.over.n; i++)
        if (!ir_is_int(x->ir, x->ir->binder.at[g.over.at + i].lo, 0)) return false;
    if (ir_const_int(x->ir, g.step.hi, &steps) && steps < 4) return false;
    return note_targets(x, g.items) && note_uses(x, x->ir->items, region, false);
}

/* ---- the parts */

static Id array_of(const Split *x, Id array, const char *stem, const Id *sizes, uint32_t n)
{
    Ir *ir = x->ir;
    Array a = ir->array.at[array];
    IdVec dims = {0};
    for (uint32_t k = 0; k < a.dims.n; k++) {
        if (k != x->made[array].dim) {
            vec_push(ir->arena, &dims, ir->kid.at[a.dims.at + k]);
            continue;
        }
        for (uint32_t j = 0; j < n; j++) vec_push(ir->arena, &dims, sizes[j]);
    }
    const char *name = arena_printf(ir->arena, "%s_%s", a.name, stem);
    Id made = ir_new_array(ir, name, ARRAY_LOCAL, (Type)a.type, dims.at, dims.n, a.span);
    ir->array.at[made].lo = a.lo;
    ir->array.at[made].hi = a.hi;
    return made;
}

static void make_arrays(Split *x)
{
    for (Id a = 1; a < x->arrays; a++) {
        Made *m = &x->made[a];
        if (!m->made) continue;
        Id part[] = {x->count, ir_addi(x->ir, x->length, m->state)}, kept[] = {ir_addi(x->ir, x->count, 1)};
        m->part = array_of(x, a, "part", part, 2);
        if (m->state) m->kept = array_of(x, a, "kept", kept, 1);
    }
}

/* The subscripts with `at` in the place of the step. */
static IdVec placed(const Split *x, Id array, const Id *subs, uint32_t n, const Id *at, uint32_t nat)
{
    IdVec out = {0};
    for (uint32_t k = 0; k < n; k++) {
        if (k != x->made[array].dim) {
            vec_push(x->ir->arena, &out, subs[k]);
            continue;
        }
        for (uint32_t j = 0; j < nat; j++) vec_push(x->ir->arena, &out, at[j]);
    }
    return out;
}

static Id in_part(Ir *ir, Id node, void *user)
{
    const Split *x = user;
    Node n = ir->node.at[node];
    if (n.op != OP_READ || n.u.ref >= x->arrays || !x->made[n.u.ref].made) return 0;
    Id at[] = {ir_var(ir, x->c), ir_var(ir, x->s)};
    IdVec kids = {0};
    for (uint32_t k = 0; k < n.n; k++) vec_push(ir->arena, &kids, ir_replace(ir, ir_kid(ir, node, k), in_part, user));
    IdVec subs = placed(x, n.u.ref, kids.at, kids.n, at, 2);
    return ir_read(ir, x->made[n.u.ref].part, subs.at, subs.n);
}

/* A node of the body as it stands in a segment: step = c*K + s. */
static Id node_in_part(Ir *ir, Id node, void *user)
{
    const Split *x = user;
    Id before = ir_op2(ir, OP_MUL, ir_var(ir, x->c), x->length);
    Subst step = {x->g.step.var, ir_op2(ir, OP_ADD, before, ir_var(ir, x->s))};
    return node ? ir_subst(ir, ir_replace(ir, node, in_part, user), &step, 1) : 0;
}

static void eq_in_part(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Split *x = user;
    const Made *m = &x->made[was->target];
    Id at[] = {ir_var(ir, x->c), ir_addi(ir, ir_var(ir, x->s), m->state)};
    IdVec mapped = {0};
    ir_add_ids(ir, e->subs, &mapped);
    IdVec subs = placed(x, was->target, mapped.at, mapped.n, at, 2);
    e->target = m->part;
    e->subs = ir_ids(ir, subs.at, subs.n);
}

/* Variables over an array's dimensions, the scan's own where it has one; the latter are not among *outer. */
static IdVec element(const Split *x, Id array, Binders *outer)
{
    Ir *ir = x->ir;
    Array a = ir->array.at[array];
    IdVec subs = {0};
    for (uint32_t k = 0, over = 0; k < a.dims.n; k++) {
        if (k < x->made[array].dim && over < x->g.over.n) {
            vec_push(ir->arena, &subs, ir_var(ir, ir->binder.at[x->g.over.at + over++].var));
            continue;
        }
        Id var = ir_new_var(ir, "i", a.span);
        if (k != x->made[array].dim)
            vec_push(ir->arena, outer, ((Binder){var, ir_int(ir, 0), ir->kid.at[a.dims.at + k]}));
        vec_push(ir->arena, &subs, ir_var(ir, var));
    }
    return subs;
}

/* to[..., its place, ...] = from[...]: of a whole array at one step. */
static Item copy_at(const Split *x, Id array, Id to, const Id *at, uint32_t nat, Id from, const Id *of, uint32_t nof)
{
    Ir *ir = x->ir;
    Binders outer = {0};
    IdVec subs = element(x, array, &outer);
    IdVec left = placed(x, array, subs.at, subs.n, at, nat), right = placed(x, array, subs.at, subs.n, of, nof);
    Eq e = {.target = to, .body = ir_read(ir, from, right.at, right.n), .span = x->g.span};
    e.subs = ir_ids(ir, left.at, left.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    return (Item){false, ir_new_eq(ir, &e)};
}

static Item segments(Split *x)
{
    Ir *ir = x->ir;
    Items body = {0};
    Region inner = {.step = {x->s, ir_int(ir, 0), x->segment}, .span = x->g.span};
    Region outer = x->g;
    Id c = ir_var(ir, x->c), next = ir_addi(ir, c, 1), begin[] = {c, ir_int(ir, 0)}, end[] = {c, x->segment};
    for (Id a = 1; a < x->arrays; a++)
        if (x->made[a].state)
            vec_push(ir->arena, &body, copy_at(x, a, x->made[a].part, begin, 2, x->made[a].kept, &c, 1));
    inner.items = ir_map_items(ir, x->g.items, node_in_part, eq_in_part, x);
    vec_push(ir->arena, &body, ((Item){true, ir_new_region(ir, &inner)}));
    for (Id a = 1; a < x->arrays; a++)
        if (x->made[a].state)
            vec_push(ir->arena, &body, copy_at(x, a, x->made[a].kept, &next, 1, x->made[a].part, end, 2));
    outer.step = (Binder){x->c, ir_int(ir, 0), x->count};
    outer.items = ir_items(ir, body.at, body.n);
    outer.recompute = true;
    return (Item){true, ir_new_region(ir, &outer)};
}

/* A[over, t, free] = A_part[over, t div K, t % K, free]: of what is read outside. */
static Item copy_out(const Split *x, Id array)
{
    Ir *ir = x->ir;
    Array a = ir->array.at[array];
    IdVec subs = {0};
    Binders outer = {0};
    for (uint32_t k = 0, over = 0; k < a.dims.n; k++) {
        Binder b = {0, ir_int(ir, 0), ir->kid.at[a.dims.at + k]};
        if (k < x->made[array].dim && over < x->g.over.n) b = ir->binder.at[x->g.over.at + over++];
        if (!b.var) b.var = ir_new_var(ir, k == x->made[array].dim ? "t" : "i", a.span);
        vec_push(ir->arena, &outer, b);
        vec_push(ir->arena, &subs, ir_var(ir, b.var));
    }
    Id t = subs.at[x->made[array].dim];
    Id at[] = {ir_op2(ir, OP_IDIV, t, x->length), ir_op2(ir, OP_MOD, t, x->length)};
    IdVec from = placed(x, array, subs.at, subs.n, at, 2);
    Eq e = {.target = array,
            .body = ir_read(ir, x->made[array].part, from.at, from.n),
            .when = x->g.when,
            .span = x->g.span};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    return (Item){false, ir_new_eq(ir, &e)};
}

/* ---- what stands outside */

static Id in_kept(Ir *ir, Id node, void *user)
{
    const Split *x = user;
    Node n = ir->node.at[node];
    if (n.op != OP_READ || n.u.ref >= x->arrays || !x->made[n.u.ref].state) return 0;
    IdVec kids = {0};
    for (uint32_t k = 0; k < n.n; k++) vec_push(ir->arena, &kids, ir_replace(ir, ir_kid(ir, node, k), in_kept, user));
    IdVec subs = placed(x, n.u.ref, kids.at, kids.n, &x->count, 1);
    return ir_read(ir, x->made[n.u.ref].kept, subs.at, subs.n);
}

static Id node_in_kept(Ir *ir, Id node, void *user) { return ir_replace(ir, node, in_kept, user); }

static void eq_in_kept(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Split *x = user;
    (void)ir;
    if (x->made[was->target].state) e->target = x->made[was->target].kept; /* a start: at step 0, segment 0 */
}

static Slice one(Ir *ir, Item it) { return ir_items(ir, &it, 1); }

static void split(Split *x, Id region)
{
    Ir *ir = x->ir;
    Items all = {0};
    Id steps = x->g.step.hi;
    x->c = ir_new_var(ir, "c", x->g.span);
    x->s = ir_new_var(ir, "s", x->g.span);
    x->length = ir_addi(ir, ir_op1(ir, OP_ISQRT, steps), 1);
    x->count = ir_op2(ir, OP_IDIV, ir_addi(ir, ir_op2(ir, OP_ADD, steps, x->length), -1), x->length);
    Id before = ir_op2(ir, OP_MUL, ir_var(ir, x->c), x->length);
    x->segment = ir_op2(ir, OP_IMIN, x->length, ir_op2(ir, OP_SUB, steps, before));
    make_arrays(x);
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Item it = ir->item.at[ir->items.at + i];
        if (!it.region || it.id != region) {
            Slice mapped = ir_map_items(ir, one(ir, it), node_in_kept, eq_in_kept, x);
            vec_push(ir->arena, &all, ir->item.at[mapped.at]);
            continue;
        }
        vec_push(ir->arena, &all, segments(x));
        for (Id a = 1; a < x->arrays; a++)
            if (x->made[a].outside && !x->made[a].state) vec_push(ir->arena, &all, copy_out(x, a));
    }
    ir->items = ir_items(ir, all.at, all.n);
}

void checkpoint(Ir *ir)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < ir->items.n && !again; i++) {
            Item it = ir->item.at[ir->items.at + i];
            if (!it.region) continue;
            Split x = {.ir = ir, .g = ir->region.at[it.id], .arrays = ir->array.n};
            x.made = arena_alloc(ir->arena, ir->array.n * sizeof *x.made);
            if (!can_split(&x, it.id)) continue;
            split(&x, it.id);
            again = true;
        }
    }
}

/*
 * jacobian.c -- the sparse Jacobian of an array, in blocks.
 *
 * What an output reads is its sparsity: out[p, i] that reads cam[obs[p], j] has, for every p and i, one block over j in the columns of
 * cam[obs[p]].  So the derivative of each element is taken at once, with its subscripts as variables, and what depends on these
 * alone is pinned (reverse.c).  entries.c tells where the blocks' entries stand.  A row's own range between integer data
 * (z: ptr[i]..ptr[i + 1]) gives one block for each z (ragged.c); of a Hessian, which is several matrices in one, it does not.
 *
 * Where the output comes out of a scan, a sweep back for each of its elements would cost as many runs of the scan; with few columns
 * these are taken instead, by forward mode, and each row is full.
 *
 * Of a Hessian the lower triangle is wanted.  Blocks above the diagonal go, and where one is a square on it the equations of its
 * adjoint are cut down to the half below.
 *
 * needs: order   makes: adjoint or tangent equations, aux   exact: yes
 */
#include "derive.h"
#include "passes.h"

static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};

static Id dim_of(const Ir *ir, Id array, uint32_t k) { return ir->kid.at[ir->array.at[array].dims.at + k]; }

static Id count_of(Ir *ir, Id array)
{
    Id n = ir_int(ir, 1);
    for (uint32_t k = 0; k < ir->array.at[array].dims.n; k++) n = ir_op2(ir, OP_MUL, n, dim_of(ir, array, k));
    return n;
}

/* ---- which mode */

static bool has_scan(const Ir *ir, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++)
        if (ir->item.at[items.at + i].region) return true;
    return false;
}

/* Forward: through a scan, and there are fewer columns than rows as far as one can tell. */
static bool is_forward(Ir *ir, const Jacobian *j, Slice cone)
{
    Id columns = ir_int(ir, 0);
    int64_t n, m;
    if (!has_scan(ir, cone)) return false;
    for (uint32_t i = 0; i < j->by->n; i++) columns = ir_op2(ir, OP_ADD, columns, count_of(ir, j->by->at[i]));
    bool few = ir_const_int(ir, columns, &n);
    return few && (!ir_const_int(ir, count_of(ir, j->of), &m) || n <= m);
}

/* ---- blocks */

/* Is a subscript inside whatever the data is?  Integer data without a branch around was checked, but who knows the branch. */
static bool is_inside(Ir *ir, const Jacobian *j, const Along *along, Id sub, Id size)
{
    Binders env = {0};
    for (uint32_t k = 0; k < j->rows.n; k++) vec_push(ir->arena, &env, j->rows.at[k]);
    if (along->z.var) vec_push(ir->arena, &env, along->z);
    return within(ir, env.at, env.n, sub, size);
}

/* Where the block is not there in some rows, as a subscript is outside, its entries are 0, and stand at the nearest place. */
static void add_part(Ir *ir, Jacobian *j, Block b)
{
    uint32_t n = ir->array.at[b.array].dims.n;
    Id *at = arena_alloc(ir->arena, (n + 1u) * sizeof *at);
    for (uint32_t k = 0; k < n; k++) {
        Id size = dim_of(ir, b.array, k);
        at[k] = b.pin[k];
        if (!at[k] || is_inside(ir, j, &b.along, at[k], size)) continue;
        at[k] = ir_op2(ir, OP_IMAX, ir_op2(ir, OP_IMIN, at[k], ir_addi(ir, size, -1)), ir_int(ir, 0));
    }
    vec_push(ir->arena, &j->parts, ((Part){.block = b, .at = at}));
}

/* Ranges that follow each other: none ends before it begins. */
static void check_along(Ir *ir, const Jacobian *j, const Along *along)
{
    const char *of = ir->array.at[j->of].name;
    Text t = {.arena = ir->arena};
    ir_print_node(ir, along->z.lo, &t);
    text_add(&t, " <= ");
    ir_print_node(ir, along->z.hi, &t);
    text_addf(&t, " does not hold: the entries of %s's Jacobian would overlap", of);
    Check c = {.cond = ir_op2(ir, OP_LE, along->z.lo, along->z.hi), .message = t.at, .span = ir->array.at[j->of].span};
    c.outer = ir_binders(ir, j->rows.at, 1);
    c.data = true;
    vec_push(ir->arena, &ir->check, c);
}

static void check_ranges(Ir *ir, const Jacobian *j)
{
    for (uint32_t i = 0; i < j->parts.n; i++) {
        const Along *a = &j->parts.at[i].block.along;
        bool again = !a->z.var;
        for (uint32_t k = 0; k < i; k++) again |= j->parts.at[k].block.along.z.var == a->z.var;
        if (!again) check_along(ir, j, a);
    }
}

static void by_reverse(Ir *ir, Jacobian *j, Slice cone)
{
    Derivative d = {.sparse = true, .ragged = !j->own, .span = ir->array.at[j->of].span, .around = {.all = j->rows}};
    Adjoints a;
    d.subs = j->subs;
    d.dims = j->dims;
    d.of = ir_read(ir, j->of, d.subs.at, d.subs.n);
    for (uint32_t i = 0; i < j->by->n; i++) vec_push(ir->arena, &d.by, ((By){.array = j->by->at[i]}));
    Items copy = {0};
    ir_add_items(ir, cone, &copy);
    d.cone = copy.at;
    d.n = copy.n;
    adjoints(ir, &d, &a);
    relay(ir, &a, 0);
    for (uint32_t i = 0; i < a.blocks.n; i++) add_part(ir, j, a.blocks.at[i]);
    check_ranges(ir, j);
}

/* The tangents of all columns of one array: t[c..., rows...]. */
static void columns_forward(Ir *ir, Jacobian *j, Slice cone, Id by)
{
    Array a = ir->array.at[by];
    Direction d = {.when = 0};
    Adjoints out;
    Id same = 0, *var = arena_alloc(ir->arena, (a.dims.n + 1u) * sizeof *var);
    Id *pin = arena_alloc(ir->arena, (a.dims.n + 1u) * sizeof *pin);
    for (uint32_t k = 0; k < a.dims.n; k++) {
        Id own = ir_new_var(ir, letter[k % 6], a.span), size = dim_of(ir, by, k);
        var[k] = ir_new_var(ir, letter[k % 6], a.span);
        vec_push(ir->arena, &d.around.all, ((Binder){own, ir_int(ir, 0), size}));
        vec_push(ir->arena, &d.subs, ir_var(ir, own));
        vec_push(ir->arena, &d.dims, size);
        same = ir_and(ir, same, ir_op2(ir, OP_EQ, ir_var(ir, var[k]), ir_var(ir, own)));
    }
    Id one = ir_real(ir, 1), value = same ? ir_select(ir, same, one, ir_real(ir, 0)) : one;
    vec_push(ir->arena, &d.seed, ((Seed){by, var, value}));
    Items copy = {0};
    ir_add_items(ir, cone, &copy);
    Forward *f = forward_new(ir, &d);
    forward_apart(f, copy.at, copy.n, &out);
    relay(ir, &out, 0);
    Id t = forward_tangent(f, j->of);
    if (t) add_part(ir, j, (Block){.array = by, .pin = pin, .adjoint = t});
}

/* ---- order */

/* Is b - a at least 1, for all rows? */
static bool is_less(Ir *ir, const Jacobian *j, Id a, Id b)
{
    Id gap = ir_op2(ir, OP_SUB, b, a), least = extreme(ir, j->rows.at, j->rows.n, gap, false);
    return least && ir_prove_le(ir, ir_int(ir, 1), least) == 1;
}

bool part_before(Ir *ir, const Jacobian *j, const Part *a, const Part *b, uint32_t cut, bool *meet)
{
    for (uint32_t k = 0; k < cut; k++) {
        Id p = a->block.pin[k], q = b->block.pin[k];
        if (p == q) continue;
        if (!p || !q || !is_less(ir, j, p, q)) return false;
        *meet = a->at[k] != p || b->at[k] != q;
        return !*meet || k + 1 == cut;
    }
    return false;
}

static void sort_parts(Ir *ir, Jacobian *j)
{
    bool meet;
    for (uint32_t i = 1; i < j->parts.n; i++)
        for (uint32_t k = i; k > 0; k--) {
            Part *a = &j->parts.at[k - 1], *b = &j->parts.at[k], t = *a;
            uint32_t rank = ir->array.at[a->block.array].dims.n;
            if (a->block.array != b->block.array || !part_before(ir, j, b, a, rank, &meet)) break;
            *a = *b;
            *b = t;
        }
}

/* ---- the lower triangle */

/* On which side of the diagonal a block of the rows' own array is. */
static Side side_of(Ir *ir, const Jacobian *j, const Block *b)
{
    for (uint32_t k = 0; k < j->subs.n; k++) {
        Id pin = b->pin[k], own = j->subs.at[k];
        if (pin == own) continue;
        if (pin) return is_less(ir, j, pin, own) ? SIDE_BELOW : is_less(ir, j, own, pin) ? SIDE_ABOVE : SIDE_EITHER;
        for (uint32_t i = k + 1; i < j->subs.n; i++)
            if (b->pin[i]) return SIDE_EITHER;
        return SIDE_SQUARE;
    }
    return SIDE_SQUARE;
}

/* The equation where the column's first free subscript is at most the row's. */
static Id cut_eq(Ir *ir, Id eq, uint32_t row, uint32_t column)
{
    Eq e = ir->eq.at[eq];
    Id r = ir->kid.at[e.subs.at + row], c = ir->kid.at[e.subs.at + column];
    if (r == c) return eq;
    Binders outer = {0};
    ir_add_binders(ir, e.outer, &outer);
    for (uint32_t k = 0; k < outer.n && ir_opof(ir, c) == OP_VAR; k++) {
        if (outer.at[k].var != ir->node.at[c].u.ref) continue;
        bool bound = true; /* what the row's subscript speaks of, before the column's */
        for (uint32_t i = k + 1; i < outer.n; i++) bound &= !ir_has_var(ir, r, outer.at[i].var);
        if (!bound) break;
        bool all = outer.at[k].hi == dim_of(ir, e.target, column);
        outer.at[k].hi = all ? ir_addi(ir, r, 1) : ir_op2(ir, OP_IMIN, outer.at[k].hi, ir_addi(ir, r, 1));
        e.outer = ir_binders(ir, outer.at, outer.n);
        return ir_new_eq(ir, &e);
    }
    e.when = ir_and(ir, e.when, ir_op2(ir, OP_LE, c, r));
    return ir_new_eq(ir, &e);
}

static bool is_made_in(const Ir *ir, Slice items, Id array)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (!it.region && ir->eq.at[it.id].target == array) return true;
        if (it.region &&
            (is_made_in(ir, ir->region.at[it.id].head, array) || is_made_in(ir, ir->region.at[it.id].items, array)))
            return true;
    }
    return false;
}

/* The equations of a square's adjoint for its lower half, unless they stand in a scan. */
static void cut_square(Ir *ir, const Jacobian *j, const Part *p)
{
    uint32_t lead = 0;
    Items all = {0};
    Id array = p->block.adjoint;
    while (lead < j->subs.n && p->at[lead]) lead++;
    if (lead == j->subs.n) return;
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Item it = ir->item.at[ir->items.at + i];
        vec_push(ir->arena, &all, it);
        if (it.region &&
            (is_made_in(ir, ir->region.at[it.id].head, array) || is_made_in(ir, ir->region.at[it.id].items, array)))
            return;
    }
    for (uint32_t i = 0; i < all.n; i++)
        if (!all.at[i].region && ir->eq.at[all.at[i].id].target == array)
            all.at[i].id = cut_eq(ir, all.at[i].id, lead, j->subs.n);
    ir->items = ir_items(ir, all.at, all.n);
}

static void keep_lower(Ir *ir, Jacobian *j)
{
    uint32_t n = 0;
    bool square = false;
    for (uint32_t i = 0; i < j->parts.n; i++) {
        Part p = j->parts.at[i];
        if (p.block.array == j->own) p.side = side_of(ir, j, &p.block);
        if (p.side == SIDE_ABOVE) continue;
        if (p.side == SIDE_SQUARE && square) p.side = SIDE_EITHER;
        square |= p.side == SIDE_SQUARE;
        if (p.side == SIDE_SQUARE && !j->forward) cut_square(ir, j, &p);
        j->parts.at[n++] = p;
    }
    j->parts.n = n;
}

void jacobian(Ir *ir, Id of, const IdVec *by, Id own, Jacobian *out)
{
    Array a = ir->array.at[of];
    Jacobian j = {.of = of, .own = own, .by = by};
    for (uint32_t k = 0; k < a.dims.n; k++) {
        Id var = ir_new_var(ir, letter[k % 6], a.span);
        vec_push(ir->arena, &j.rows, ((Binder){var, ir_int(ir, 0), dim_of(ir, of, k)}));
        vec_push(ir->arena, &j.subs, ir_var(ir, var));
        vec_push(ir->arena, &j.dims, dim_of(ir, of, k));
    }
    Slice cone = dce_items(ir, ir->items, &of, 1);
    j.forward = is_forward(ir, &j, cone);
    if (!j.forward) by_reverse(ir, &j, cone);
    for (uint32_t i = 0; i < by->n && j.forward; i++)
        columns_forward(ir, &j, dce_items(ir, ir->items, &of, 1), by->at[i]);
    sort_parts(ir, &j);
    if (own) keep_lower(ir, &j);
    *out = j;
}

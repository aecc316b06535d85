/*
 * jacobian.c -- the sparse Jacobian of an array: its entries, and where they stand.
 *
 * What an output reads is its sparsity: out[p, i] that reads cam[obs[p], j] has, for every p and i, one block over j in the columns of
 * cam[obs[p]].  So the derivative of each element is taken at once, with its subscripts as variables, and what depends on these
 * alone is pinned (reverse.c).  Every row then has the same number of entries, and the arrays of entries, rows and columns are
 * [subscripts of the output, entries of a row]: a row's blocks stand in the order of what they are by.
 *
 * Where the output comes out of a scan, a sweep back for each of its elements would cost as many runs of the scan; with few columns
 * these are taken instead, by forward mode, and each row is full.
 *
 * needs: order   makes: adjoint or tangent equations, aux, arrays of entries   exact: yes
 */
#include "derive.h"
#include "passes.h"

static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};

typedef struct {
    Ir *ir;
    Id of;        /* the array that is differentiated */
    Binders rows; /* variables over its dimensions */
    IdVec subs, dims;
    VEC(Block) blocks;
    const IdVec *by; /* the order of the columns */
    bool forward;
    Id width; /* entries of a row */
} Jac;

static void append(Ir *ir, Id eq)
{
    Items all = {0};
    for (uint32_t i = 0; i < ir->items.n; i++) vec_push(ir->arena, &all, ir->item.at[ir->items.at + i]);
    vec_push(ir->arena, &all, ((Item){false, eq}));
    ir->items = ir_items(ir, all.at, all.n);
}

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
static bool is_forward(Jac *j, Slice cone)
{
    Ir *ir = j->ir;
    Id columns = ir_int(ir, 0);
    int64_t n, m;
    if (!has_scan(ir, cone)) return false;
    for (uint32_t i = 0; i < j->by->n; i++) columns = ir_op2(ir, OP_ADD, columns, count_of(ir, j->by->at[i]));
    bool few = ir_const_int(ir, columns, &n);
    return few && (!ir_const_int(ir, count_of(ir, j->of), &m) || n <= m);
}

/* ---- blocks */

static void by_reverse(Jac *j, Slice cone)
{
    Ir *ir = j->ir;
    Derivative d = {.sparse = true, .span = ir->array.at[j->of].span, .around = {.all = j->rows}};
    Adjoints a;
    d.subs = j->subs;
    d.dims = j->dims;
    d.of = ir_read(ir, j->of, d.subs.at, d.subs.n);
    for (uint32_t i = 0; i < j->by->n; i++) vec_push(ir->arena, &d.by, ((By){.array = j->by->at[i]}));
    Items copy = {0};
    for (uint32_t i = 0; i < cone.n; i++) vec_push(ir->arena, &copy, ir->item.at[cone.at + i]);
    d.cone = copy.at;
    d.n = copy.n;
    adjoints(ir, &d, &a);
    relay(ir, &a, 0);
    for (uint32_t i = 0; i < a.blocks.n; i++) vec_push(ir->arena, &j->blocks, a.blocks.at[i]);
}

/* The tangents of all columns of one array: t[c..., rows...]. */
static void columns_forward(Jac *j, Slice cone, Id by)
{
    Ir *ir = j->ir;
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
    for (uint32_t i = 0; i < cone.n; i++) vec_push(ir->arena, &copy, ir->item.at[cone.at + i]);
    Forward *f = forward_new(ir, &d);
    forward_apart(f, copy.at, copy.n, &out);
    relay(ir, &out, 0);
    Id t = forward_tangent(f, j->of);
    if (t) vec_push(ir->arena, &j->blocks, ((Block){by, pin, t}));
}

/* Of two blocks of one array: does the first stand before the second in every row? */
static bool stands_before(Jac *j, const Block *a, const Block *b)
{
    Ir *ir = j->ir;
    for (uint32_t k = 0; k < ir->array.at[a->array].dims.n; k++) {
        if (a->pin[k] == b->pin[k]) continue;
        if (!a->pin[k] || !b->pin[k]) return false;
        Id gap = ir_op2(ir, OP_SUB, b->pin[k], a->pin[k]), least = extreme(ir, j->rows.at, j->rows.n, gap, false);
        return least && ir_prove_le(ir, ir_int(ir, 1), least) == 1;
    }
    return false;
}

static void sort_blocks(Jac *j)
{
    for (uint32_t i = 1; i < j->blocks.n; i++)
        for (uint32_t k = i; k > 0; k--) {
            Block *a = &j->blocks.at[k - 1], *b = &j->blocks.at[k], t = *a;
            if (a->array != b->array || !stands_before(j, b, a)) break;
            *a = *b;
            *b = t;
        }
}

/* ---- entries */

/* The free subscripts of a block from the number of an entry in it, row-major. */
static void free_subscripts(Jac *j, const Block *b, Id entry, IdVec *out)
{
    Ir *ir = j->ir;
    for (uint32_t k = ir->array.at[b->array].dims.n; k-- > 0;) {
        if (b->pin[k]) continue;
        Id size = dim_of(ir, b->array, k);
        bool first = true;
        for (uint32_t i = 0; i < k; i++) first &= b->pin[i] != 0;
        vec_push(ir->arena, out, first ? entry : ir_op2(ir, OP_MOD, entry, size));
        entry = ir_op2(ir, OP_IDIV, entry, size);
    }
    for (uint32_t i = 0; i < out->n / 2; i++) {
        Id t = out->at[i];
        out->at[i] = out->at[out->n - 1 - i];
        out->at[out->n - 1 - i] = t;
    }
}

/* Its place among the elements of the array. */
static Id column_of(Jac *j, const Block *b, const IdVec *free)
{
    Ir *ir = j->ir;
    Id at = ir_int(ir, 0);
    for (uint32_t k = 0, f = 0; k < ir->array.at[b->array].dims.n; k++) {
        at = ir_op2(ir, OP_MUL, at, dim_of(ir, b->array, k));
        at = ir_op2(ir, OP_ADD, at, b->pin[k] ? b->pin[k] : free->at[f++]);
    }
    return at;
}

static Id row_of(Jac *j)
{
    Ir *ir = j->ir;
    Id at = ir_int(ir, 0);
    for (uint32_t k = 0; k < j->subs.n; k++) {
        at = ir_op2(ir, OP_MUL, at, j->dims.at[k]);
        at = ir_op2(ir, OP_ADD, at, j->subs.at[k]);
    }
    return at;
}

static Id result_array(Jac *j, const char *stem, Type type)
{
    Ir *ir = j->ir;
    IdVec dims = {0};
    for (uint32_t k = 0; k < j->dims.n; k++) vec_push(ir->arena, &dims, j->dims.at[k]);
    vec_push(ir->arena, &dims, j->width);
    const char *name = arena_printf(ir->arena, "%s_%s", stem, ir->array.at[j->of].name);
    return ir_new_array(ir, name, ARRAY_RESULT, type, dims.at, dims.n, ir->array.at[j->of].span);
}

static void fill(Jac *j, Id target, Id place, const Binders *outer, Id body)
{
    Ir *ir = j->ir;
    IdVec subs = {0};
    for (uint32_t k = 0; k < j->subs.n; k++) vec_push(ir->arena, &subs, j->subs.at[k]);
    vec_push(ir->arena, &subs, place);
    Eq e = {.target = target, .body = body, .span = ir->array.at[j->of].span};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer->at, outer->n);
    append(ir, ir_new_eq(ir, &e));
}

/* `before`: entries of the blocks before it in a row; `column`: of the array's first element. */
static void fill_block(Jac *j, const Block *b, Id count, Id before, Id column, Jacobian *out)
{
    Ir *ir = j->ir;
    Binders outer = {0};
    IdVec free = {0}, subs = {0};
    for (uint32_t k = 0; k < j->rows.n; k++) vec_push(ir->arena, &outer, j->rows.at[k]);
    Id entry = ir_int(ir, 0);
    if (!ir_is_int(ir, count, 1)) {
        Id var = ir_new_var(ir, "e", ir->array.at[j->of].span);
        vec_push(ir->arena, &outer, ((Binder){var, ir_int(ir, 0), count}));
        entry = ir_var(ir, var);
    }
    free_subscripts(j, b, entry, &free);
    const IdVec *first = j->forward ? &free : &j->subs, *second = j->forward ? &j->subs : &free;
    for (uint32_t k = 0; k < first->n; k++) vec_push(ir->arena, &subs, first->at[k]);
    for (uint32_t k = 0; k < second->n; k++) vec_push(ir->arena, &subs, second->at[k]);
    Id place = ir_op2(ir, OP_ADD, before, entry);
    fill(j, out->values, place, &outer, ir_read(ir, b->adjoint, subs.at, subs.n));
    fill(j, out->rows, place, &outer, ir_op2(ir, OP_ADD, out->first_row, row_of(j)));
    fill(j, out->columns, place, &outer, ir_op2(ir, OP_ADD, column, column_of(j, b, &free)));
}

static Id block_count(Ir *ir, const Block *b)
{
    Id n = ir_int(ir, 1);
    for (uint32_t k = 0; k < ir->array.at[b->array].dims.n; k++)
        if (!b->pin[k]) n = ir_op2(ir, OP_MUL, n, dim_of(ir, b->array, k));
    return n;
}

static void assemble(Jac *j, Jacobian *out)
{
    Ir *ir = j->ir;
    IdVec count = {0}, before = {0};
    j->width = ir_int(ir, 0);
    for (uint32_t i = 0; i < j->blocks.n; i++) {
        vec_push(ir->arena, &count, block_count(ir, &j->blocks.at[i]));
        vec_push(ir->arena, &before, j->width);
        j->width = ir_op2(ir, OP_ADD, j->width, count.at[i]);
    }
    out->values = result_array(j, "jacobian", T_REAL);
    out->rows = result_array(j, "row", T_INT);
    out->columns = result_array(j, "column", T_INT);
    out->width = j->width;
    Id column = ir_int(ir, 0);
    for (uint32_t p = 0; p < j->by->n; p++) {
        for (uint32_t i = 0; i < j->blocks.n; i++)
            if (j->blocks.at[i].array == j->by->at[p])
                fill_block(j, &j->blocks.at[i], count.at[i], before.at[i], column, out);
        column = ir_op2(ir, OP_ADD, column, count_of(ir, j->by->at[p]));
    }
}

void jacobian(Ir *ir, Id of, const IdVec *by, Id first_row, Jacobian *out)
{
    Array a = ir->array.at[of];
    Jac j = {.ir = ir, .of = of, .by = by};
    for (uint32_t k = 0; k < a.dims.n; k++) {
        Id var = ir_new_var(ir, letter[k % 6], a.span);
        vec_push(ir->arena, &j.rows, ((Binder){var, ir_int(ir, 0), dim_of(ir, of, k)}));
        vec_push(ir->arena, &j.subs, ir_var(ir, var));
        vec_push(ir->arena, &j.dims, dim_of(ir, of, k));
    }
    Slice cone = dce_items(ir, ir->items, &of, 1);
    j.forward = is_forward(&j, cone);
    *out = (Jacobian){.forward = j.forward, .first_row = first_row};
    if (!j.forward) by_reverse(&j, cone);
    for (uint32_t i = 0; i < by->n && j.forward; i++) columns_forward(&j, dce_items(ir, ir->items, &of, 1), by->at[i]);
    sort_blocks(&j);
    assemble(&j, out);
}

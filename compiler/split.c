/*
 * split.c -- cuts long runs of single equations into chunks that are short C functions each.
 *
 * The nodes of the whole run, in the order in which they are first needed, are dealt out to chunks of bounded size.  A node that a later
 * chunk uses becomes an equation of its own, whose array crosses the cut through the workspace; so nothing but single additions and products
 * is computed twice, and a sum of 100,000 terms is some hundred functions.  What stands only behind a branch stays with the branch.
 *
 * needs: order   makes: arrays of one element   exact: yes
 */
#include "loop.h"

enum { CHUNK_NODES = 1500 };

typedef struct {
    Ir *ir;
    uint32_t *chunk;  /* by node: where it is computed, from 1; 0: not for certain, or not at all */
    uint8_t *crosses; /* by node: a later chunk uses it */
    Id *read;         /* by node that crosses: the read of its array */
    Id *image;        /* by node: what stands for it in the chunk `made` */
    uint32_t *made, *seen;
    uint32_t now, filled, stamp;
    IdVec nodes;              /* with a chunk, in order of computation */
    IdVec found, order, kids; /* scratch */
} Splitter;

static bool lazy_kid(const Ir *ir, Id id, uint32_t k)
{
    Op op = ir_opof(ir, id);
    return k > 0 && (op == OP_SELECT || op == OP_AND || op == OP_OR);
}

static bool trivial(const Ir *ir, Id id)
{
    Op op = ir_opof(ir, id);
    return op == OP_CONST || op == OP_VAR || op == OP_DIM || (op == OP_READ && !ir->node.at[id].n);
}

static bool adds_or_multiplies(const Ir *ir, Id id)
{
    Op op = ir_opof(ir, id);
    return op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_NEG;
}

/* One addition or product of what is there or crosses by itself: computed again, which costs no more than a load. */
static bool light(const Ir *ir, Id id)
{
    if (!adds_or_multiplies(ir, id)) return false;
    for (uint32_t k = 0; k < ir->node.at[id].n; k++)
        if (adds_or_multiplies(ir, ir_kid(ir, id, k))) return false;
    return true;
}

typedef struct {
    Id node;
    uint32_t next; /* kid */
} Visit;

/* Gives chunks to the nodes that `root` needs for certain and that have none: operands right before their first user, so that a
   sum and its terms stay together. */
static void deal(Splitter *s, Id root)
{
    Ir *ir = s->ir;
    VEC(Visit) open = {0};
    if (!root || s->chunk[root]) return;
    vec_push(ir->arena, &open, ((Visit){root, 0}));
    while (open.n) {
        Visit *v = &open.at[open.n - 1];
        Id id = v->node;
        if (!s->chunk[id] && v->next < ir->node.at[id].n) {
            uint32_t k = v->next++;
            Id kid = ir_kid(ir, id, k);
            if (!lazy_kid(ir, id, k) && !s->chunk[kid]) vec_push(ir->arena, &open, ((Visit){kid, 0}));
            continue;
        }
        open.n--;
        if (s->chunk[id]) continue;
        if (s->filled++ == CHUNK_NODES) {
            s->now++;
            s->filled = 0;
        }
        s->chunk[id] = s->now;
        vec_push(ir->arena, &s->nodes, id);
    }
}

/* Marks what crosses into `chunk` below this node, through branches too. */
static void mark_crossing(Splitter *s, Id root, uint32_t chunk)
{
    Ir *ir = s->ir;
    IdVec *open = &s->found;
    open->n = 0;
    uint32_t stamp = ++s->stamp;
    if (root) vec_push(ir->arena, open, root);
    while (open->n) {
        Id id = open->at[--open->n];
        if (s->seen[id] == stamp) continue;
        s->seen[id] = stamp;
        if (s->chunk[id] && s->chunk[id] < chunk) {
            if (!trivial(ir, id) && !light(ir, id)) s->crosses[id] = 1;
            if (!light(ir, id)) continue;
        }
        if (s->chunk[id] == chunk && id != root) continue; /* looked at for itself */
        for (uint32_t k = 0; k < ir->node.at[id].n; k++) vec_push(ir->arena, open, ir_kid(ir, id, k));
    }
}

static Id remake(Splitter *s, Id id)
{
    Ir *ir = s->ir;
    bool same = true;
    s->kids.n = 0;
    for (uint32_t k = 0; k < ir->node.at[id].n; k++) {
        Id kid = ir_kid(ir, id, k);
        same &= s->image[kid] == kid;
        vec_push(ir->arena, &s->kids, s->image[kid]);
    }
    return same ? id : ir_with_kids(ir, id, s->kids.at);
}

/* The node as the chunk computes it: what crossed the cut is read. */
static Id in_chunk(Splitter *s, Id root, uint32_t chunk)
{
    Ir *ir = s->ir;
    if (!root) return 0;
    if (s->made[root] == chunk) return s->image[root];
    IdVec *found = &s->found;
    uint32_t stamp = ++s->stamp;
    found->n = 0;
    s->seen[root] = stamp;
    vec_push(ir->arena, found, root);
    for (uint32_t at = 0; at < found->n; at++) {
        Id id = found->at[at];
        bool crossed = s->crosses[id] && s->chunk[id] < chunk;
        if (crossed || s->made[id] == chunk) continue;
        for (uint32_t k = 0; k < ir->node.at[id].n; k++) {
            Id kid = ir_kid(ir, id, k);
            if (s->seen[kid] == stamp) continue;
            s->seen[kid] = stamp;
            vec_push(ir->arena, found, kid);
        }
    }
    ir_sort_ids(ir, found);
    for (uint32_t k = 0; k < found->n; k++) {
        Id id = found->at[k];
        if (s->made[id] == chunk) continue;
        s->image[id] = s->crosses[id] && s->chunk[id] < chunk ? s->read[id] : remake(s, id);
        s->made[id] = chunk;
    }
    return s->image[root];
}

/* array = node, for a node that crosses. */
static Id crossing_eq(Splitter *s, Id node, Span span)
{
    Ir *ir = s->ir;
    Eq e = {.span = span};
    e.target = ir_new_array(ir, "cut", ARRAY_LOCAL, ir_type(ir, node), NULL, 0, span);
    e.body = in_chunk(s, node, s->chunk[node]);
    s->read[node] = ir_read(ir, e.target, NULL, 0);
    return ir_new_eq(ir, &e);
}

/* Images of all that is dealt to a chunk, in order of number: n nodes. */
static void make_images(Splitter *s, const Id *nodes, uint32_t n, uint32_t chunk)
{
    Ir *ir = s->ir;
    IdVec *order = &s->order;
    order->n = 0;
    for (uint32_t k = 0; k < n; k++) vec_push(ir->arena, order, nodes[k]);
    ir_sort_ids(ir, order);
    for (uint32_t k = 0; k < n; k++) {
        Id id = order->at[k];
        for (uint32_t j = 0; j < ir->node.at[id].n; j++) in_chunk(s, ir_kid(ir, id, j), chunk);
        s->image[id] = remake(s, id);
        s->made[id] = chunk;
    }
}

static Id eq_in_chunk(Splitter *s, Id eq, uint32_t chunk)
{
    Eq e = s->ir->eq.at[eq];
    e.body = in_chunk(s, e.body, chunk);
    e.when = in_chunk(s, e.when, chunk);
    return ir_new_eq(s->ir, &e);
}

/* One run of equations without loops, cut. */
static void split_run(Ir *ir, const Id *eqs, uint32_t n, IdVec *out)
{
    size_t size = ir->node.n + 1u;
    Splitter s = {.ir = ir, .now = 1};
    s.chunk = arena_alloc(ir->arena, sizeof *s.chunk * size);
    s.crosses = arena_alloc(ir->arena, size);
    s.read = arena_alloc(ir->arena, sizeof *s.read * size);
    s.image = arena_alloc(ir->arena, sizeof *s.image * size);
    s.made = arena_alloc(ir->arena, sizeof *s.made * size);
    s.seen = arena_alloc(ir->arena, sizeof *s.seen * size);
    uint32_t *home = arena_alloc(ir->arena, sizeof *home * (n + 1u));
    for (uint32_t k = 0; k < n; k++) {
        Eq e = ir->eq.at[eqs[k]];
        deal(&s, e.when);
        if (!e.when) deal(&s, e.body);
        home[k] = s.now;
    }
    if (s.now == 1) {
        for (uint32_t k = 0; k < n; k++) vec_push(ir->arena, out, eqs[k]);
        return;
    }
    for (uint32_t k = 0; k < s.nodes.n; k++) mark_crossing(&s, s.nodes.at[k], s.chunk[s.nodes.at[k]]);
    for (uint32_t k = 0; k < n; k++) {
        mark_crossing(&s, ir->eq.at[eqs[k]].body, home[k]);
        mark_crossing(&s, ir->eq.at[eqs[k]].when, home[k]);
    }
    uint32_t eq = 0, node = 0;
    for (uint32_t chunk = 1; chunk <= s.now; chunk++) {
        Span span = ir->eq.at[eqs[eq < n ? eq : n - 1]].span;
        uint32_t end = node;
        while (end < s.nodes.n && s.chunk[s.nodes.at[end]] == chunk) end++;
        make_images(&s, s.nodes.at + node, end - node, chunk);
        for (; eq < n && home[eq] == chunk; eq++) vec_push(ir->arena, out, eq_in_chunk(&s, eqs[eq], chunk));
        for (; node < end; node++)
            if (s.crosses[s.nodes.at[node]]) vec_push(ir->arena, out, crossing_eq(&s, s.nodes.at[node], span));
    }
}

static bool is_single(const Ir *ir, Item it)
{
    return !it.region && !ir->eq.at[it.id].outer.n && !ir->eq.at[it.id].inner.n;
}

Items split_long(Ir *ir, const Items *items)
{
    Items out = {0};
    for (uint32_t k = 0; k < items->n;) {
        IdVec run = {0}, pieces = {0};
        for (; k < items->n && is_single(ir, items->at[k]); k++) vec_push(ir->arena, &run, items->at[k].id);
        if (run.n) split_run(ir, run.at, run.n, &pieces);
        for (uint32_t j = 0; j < pieces.n; j++) vec_push(ir->arena, &out, ((Item){false, pieces.at[j]}));
        if (!run.n) vec_push(ir->arena, &out, items->at[k++]);
    }
    return out;
}

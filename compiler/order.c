/*
 * order.c -- sorts the declarations so that each stands after those that it uses; what goes round in a circle is an error.
 */
#include "scope.h"

typedef struct {
    Context *ctx;
    Names *names;
    const IdVec *uses;
    IdVec stack;    /* the path from a root */
    uint32_t *next; /* by declaration: the first use not yet followed */
    uint8_t *state; /* by declaration: 0 new, 1 on the path, 2 done */
} Sorter;

static const char *label(const Sorter *s, uint32_t decl)
{
    const Ast *a = s->names->program->kid[decl];
    return a->kind == A_SCAN ? arena_printf(s->ctx->arena, "scan %s", a->name) : a->name;
}

static void report_cycle(Sorter *s, uint32_t again)
{
    enum { SHOWN = 8 };
    Ast *const *decl = s->names->program->kid;
    uint32_t from = s->stack.n;
    while (s->stack.at[from - 1] != again) from--;
    const uint32_t length = s->stack.n - (from - 1);
    const uint32_t *path = s->stack.at + from - 1;
    Text chain = {.arena = s->ctx->arena};
    for (uint32_t i = 0; i < length && i < SHOWN; i++) text_addf(&chain, "%s -> ", label(s, path[i]));
    if (length > SHOWN) text_addf(&chain, "... (%u more) -> ", length - SHOWN);
    diag_error(s->ctx, decl[again]->name_span, "'%s' depends on itself: %s%s", label(s, again), chain.at,
               label(s, again));
    for (uint32_t i = 1; i < length && i < SHOWN; i++) diag_also(s->ctx, decl[path[i]]->name_span);
}

/* The declaration after those that it uses, by depth-first search with its own stack. */
static void place(Sorter *s, uint32_t root)
{
    if (s->state[root]) return;
    vec_push(s->ctx->arena, &s->stack, root);
    s->state[root] = 1;
    while (s->stack.n) {
        const uint32_t at = s->stack.at[s->stack.n - 1];
        if (s->next[at] < s->uses[at].n) {
            const uint32_t to = s->uses[at].at[s->next[at]++];
            if (s->state[to] == 1) report_cycle(s, to);
            if (s->state[to]) continue;
            vec_push(s->ctx->arena, &s->stack, to);
            s->state[to] = 1;
            continue;
        }
        s->stack.n--;
        s->state[at] = 2;
        Ast *a = s->names->program->kid[at];
        if (a->kind != A_FN) vec_push(s->ctx->arena, &s->names->order, a);
    }
}

void order_declarations(Context *ctx, Names *names, const IdVec *uses)
{
    const Ast *program = names->program;
    Sorter s = {.ctx = ctx, .names = names, .uses = uses};
    s.next = arena_alloc(ctx->arena, program->n * sizeof *s.next);
    s.state = arena_alloc(ctx->arena, program->n);
    for (uint32_t i = 0; i < program->n; i++)
        if (program->kid[i]->kind != A_LOSS) place(&s, i);
    for (uint32_t i = 0; i < program->n; i++)
        if (program->kid[i]->kind == A_LOSS) place(&s, i);
}

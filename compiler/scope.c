/*
 * scope.c -- one table that holds, for each name, the symbol that is visible now.
 *
 * Opening a scope remembers where the log of changes stands; closing it takes them back.
 */
#include "scope.h"

static uint32_t slot_of(const Scope *s, const char *name)
{
    const uint32_t mask = s->slots - 1;
    uint32_t i = (uint32_t)(((uint64_t)(uintptr_t)name >> 4) * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (s->slot[i].name && s->slot[i].name != name) i = (i + 1) & mask;
    return i;
}

static void grow(Scope *s)
{
    const Binding *old = s->slot;
    const uint32_t n = s->slots;
    s->slots = n ? n * 2 : 256;
    s->slot = arena_alloc(s->arena, s->slots * sizeof *s->slot);
    for (uint32_t i = 0; i < n; i++)
        if (old[i].name) s->slot[slot_of(s, old[i].name)] = old[i];
}

uint32_t scope_open(Scope *s)
{
    s->level++;
    return s->log.n;
}

void scope_close(Scope *s, uint32_t mark)
{
    while (s->log.n > mark) {
        const Binding before = s->log.at[--s->log.n];
        s->slot[slot_of(s, before.name)] = before;
    }
    s->level--;
}

void scope_bind(Scope *s, const char *name, Sym *sym)
{
    if (s->used >= s->slots / 2) grow(s);
    Binding *b = &s->slot[slot_of(s, name)];
    if (!b->name) s->used++;
    const Binding before = {name, b->sym, b->level};
    vec_push(s->arena, &s->log, before);
    *b = (Binding){name, sym, s->level};
}

Sym *scope_find(const Scope *s, const char *name) { return s->slots ? s->slot[slot_of(s, name)].sym : NULL; }

Sym *scope_find_here(const Scope *s, const char *name)
{
    Sym *sym = scope_find(s, name);
    return sym && s->slot[slot_of(s, name)].level == s->level ? sym : NULL;
}

/*
 * values.c -- numbers and JSON arrays from the command line, as arrays in row-major order.
 */
#include "cli.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "[2, 0]" for messages: where a walk stands. */
static const char *place(Arena *arena, const size_t *index, int rank)
{
    Text text = {.arena = arena};
    for (int k = 0; k < rank; k++) text_addf(&text, "%s%zu", k ? ", " : "[", index[k]);
    text_add(&text, rank ? "]" : "");
    return text.at;
}

/* NaN and infinities have no other form in JSON. */
static bool special(const cJSON *node, double *x)
{
    const char *s = cJSON_GetStringValue(node);
    if (!s) return false;
    if (strcmp(s, "nan") == 0)
        *x = NAN;
    else if (strcmp(s, "inf") == 0)
        *x = INFINITY;
    else if (strcmp(s, "-inf") == 0)
        *x = -INFINITY;
    else
        return false;
    return true;
}

/* The first elements, all the way in, tell the shape that all others must have. */
static const char *measure(Arena *arena, const char *name, const cJSON *node, Value *v)
{
    v->n = 1;
    for (; cJSON_IsArray(node); node = node->child) {
        if (v->rank == DATA_RANK) return arena_printf(arena, "%s has more than %d dimensions", name, DATA_RANK);
        v->shape[v->rank] = (size_t)cJSON_GetArraySize(node);
        v->n *= v->shape[v->rank++];
        if (!node->child) break;
    }
    return NULL;
}

/* Copies in order of the text; index: where it is. */
static const char *copy(Arena *arena, const char *name, const cJSON *node, int depth, size_t *index, Value *v,
                        size_t *done)
{
    if (depth == v->rank) {
        double x = cJSON_GetNumberValue(node);
        if (!cJSON_IsNumber(node) && !special(node, &x))
            return arena_printf(arena, "%s%s is not a number", name, place(arena, index, depth));
        v->at[(*done)++] = x;
        return NULL;
    }
    if (!cJSON_IsArray(node))
        return arena_printf(arena, "%s%s is not an array, as others are", name, place(arena, index, depth));
    size_t n = (size_t)cJSON_GetArraySize(node);
    if (n != v->shape[depth])
        return arena_printf(arena, "%s%s has %zu entries, others have %zu", name, place(arena, index, depth), n,
                            v->shape[depth]);
    index[depth] = 0;
    for (const cJSON *kid = node->child; kid; kid = kid->next) {
        const char *wrong = copy(arena, name, kid, depth + 1, index, v, done);
        if (wrong) return wrong;
        index[depth]++;
    }
    return NULL;
}

const char *value_parse(Arena *arena, const char *name, const char *text, Value *v)
{
    *v = (Value){0};
    char *end;
    double x = strtod(text, &end);
    if (end != text && !*end) {
        v->n = 1;
        v->at = arena_alloc(arena, sizeof *v->at);
        *v->at = x;
        return NULL;
    }
    cJSON *json = cJSON_ParseWithOpts(text, NULL, true);
    if (!json || !cJSON_IsArray(json)) {
        cJSON_Delete(json);
        return arena_printf(arena, "%s is neither a number nor a JSON array: \"%.40s\"", name, text);
    }
    const char *wrong = measure(arena, name, json, v);
    v->at = arena_alloc(arena, (v->n + 1) * sizeof *v->at);
    size_t index[DATA_RANK], done = 0;
    if (!wrong) wrong = copy(arena, name, json, 0, index, v, &done);
    cJSON_Delete(json);
    return wrong;
}

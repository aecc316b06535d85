/*
 * cthreads.c -- --openmp: a loss or gradient over all rows, in chunks that threads take in turn.
 *
 * Each chunk is one call of the function over a range; what it adds goes to room of its thread, and from there to the caller, one
 * chunk after the other.  How many rows a chunk has depends on the model and their number alone (ADC_CHUNK_ROWS), so the result has the same
 * bits on any number of threads, also where the C is compiled without OpenMP.  Where there is one chunk its products are shared (TEAM in
 * ckernel.h): each thread computes some rows of them.  The work memory is cut into equal parts, one a thread:
 * room for what a chunk adds (chunk 0 needs none), then that of the function over a range.
 */
#include "emit.h"

bool in_chunks(const Gen *g, const Func *f)
{
    return g->opts->openmp && f->ranged && (f->entry.kind == FUNCTION_LOSS || f->entry.kind == FUNCTION_GRAD);
}

static const char *length(const Gen *g) { return g->wrt ? "ngrad" : "nparam"; }

void print_chunk_room(Printer *p, const Func *f)
{
    Gen *g = p->g;
    g->kernel[KERNEL_SLOT] = 1;
    if (f->entry.kind == FUNCTION_GRAD)
        out_line(p, "bytes = %s_slot(bytes, (int64_t)%s_%s(dims), sizeof(%s));", g->p, g->p, length(g), g->real);
    out_line(p, "bytes = %s_slot(0, (int64_t)bytes, %s_threads(dims));", g->p, g->p);
}

void print_threads(Gen *g, const Func *f)
{
    text_addf(&g->body,
              "/* So many threads take chunks of rows, each with an equal part of the work memory. */\n"
              "static size_t %s_threads(%s *dims)\n{\n"
              "    const size_t rows = %s;\n"
              "    const size_t chunks = rows > 0 ? (rows - 1) / ADC_CHUNK_ROWS(rows, %d) + 1 : 1;\n"
              "    return chunks < %s_THREADS ? chunks : %s_THREADS;\n}\n\n",
              g->p, dims_type(g), dims_text(g, f->rows, "dims->"), g->short_chunks, g->P, g->P);
}

void print_openmp(const Gen *g, Text *out)
{
    text_addf(out,
              "#ifdef _OPENMP\n"
              "#include <omp.h>\n"
              "#define %s_THREAD() (size_t)omp_get_thread_num()\n"
              "#ifndef %s_THREADS\n"
              "#define %s_THREADS 16 /* at most; work memory is for so many */\n"
              "#endif\n"
              "#define %s_THERE() (omp_get_max_threads() < %s_THREADS ? omp_get_max_threads() : %s_THREADS)\n"
              "#define %s_TEAM(work) ((work) < 4e6 || omp_in_parallel() ? 1 : %s_THERE()) /* what a product takes */\n"
              "#define %s_TOGETHER _Pragma(\"omp parallel for schedule(static, 1) num_threads((int)team)\")\n"
              "#else\n"
              "#define %s_THREAD() (size_t)0\n"
              "#undef %s_THREADS\n"
              "#define %s_THREADS 1\n"
              "#endif\n\n",
              g->P, g->P, g->P, g->P, g->P, g->P, g->P, g->P, g->P, g->P, g->P, g->P);
}

static void print_team(Printer *p)
{
    const char *name = p->g->p;
    const char *rows = dims_text(p->g, p->f->rows, "dims->");
    out_line(p, "const size_t rows = %s, most = ADC_CHUNK_ROWS(rows, %d);", rows, p->g->short_chunks);
    out_line(p, "const int64_t chunks = rows > 0 ? (int64_t)((rows - 1) / most) + 1 : 1;");
    out_line(p, "const size_t threads = %s_threads(dims), each = %s_work_bytes(dims) / threads / 64 * 64;", name, name);
    if (p->f->entry.kind != FUNCTION_GRAD) return;
    out_line(p, "const size_t n = %s_%s(dims), room = (n * sizeof(%s) + 63) / 64 * 64;", name, length(p->g),
             p->g->real);
}

/* One chunk; what it adds is in *sum and part. */
static void print_chunk(Printer *p)
{
    const bool grad = p->f->entry.kind == FUNCTION_GRAD;
    const char *name = p->g->p, *real = p->g->real;
    out_line(p, "const size_t first = (size_t)c * most, last = rows - first > most ? first + most : rows;");
    out_line(p, "unsigned char *const own = (unsigned char *)work + %s_THREAD() * each;", p->g->P);
    out_line(p, "%s more = 0, *const sum = c > 0 ? &more : loss;", real);
    out_line(p, "*sum = 0;");
    if (grad) {
        out_line(p, "%s *const part = c > 0 ? (%s *)(void *)own : grad;", real, real);
        out_line(p, "for (size_t i = 0; i < n; i++) part[i] = 0;");
    }
    out_line(p, "const int result = %s_%s_range(dims, theta, data, sum, %sown%s, first, last);", name, p->f->name,
             grad ? "part, " : "", grad ? " + room" : "");
}

/* In the order of the chunks.  A sum that is not finite is so in all: the end tells. */
static void print_commit(Printer *p)
{
    const char *P = p->g->P;
    out_line(p, "{");
    p->indent++;
    out_line(p, "if (c > 0) *loss += more;");
    if (p->f->entry.kind == FUNCTION_GRAD) out_line(p, "for (size_t i = 0; c > 0 && i < n; i++) grad[i] += part[i];");
    out_line(p, "if (failed == %s_OK && result != %s_ENONFINITE) failed = result;", P, P);
    p->indent--;
    out_line(p, "}");
}

/* One chunk has no team around it: OpenMP makes new threads each time for teams within others. */
static void print_only_chunk(Printer *p)
{
    const bool grad = p->f->entry.kind == FUNCTION_GRAD;
    out_line(p, "if (chunks == 1) {");
    p->indent++;
    out_line(p, "*loss = 0;");
    if (grad) out_line(p, "for (size_t i = 0; i < n; i++) grad[i] = 0;");
    out_line(p, "return %s_%s_range(dims, theta, data, loss, %s, 0, rows);", p->g->p, p->f->name,
             grad ? "grad, (unsigned char *)work + room" : "work");
    p->indent--;
    out_line(p, "}");
}

void print_all_chunks(Gen *g, Func *f)
{
    Printer p = printer_new(g, f);
    print_team(&p);
    print_only_chunk(&p);
    out_line(&p, "int failed = %s_OK;", g->P);
    text_add(&p.out, "#ifdef _OPENMP\n");
    out_line(&p, "const int there = omp_get_max_threads(), team = threads < (size_t)there ? (int)threads : there;");
    text_add(&p.out, "#pragma omp parallel for ordered schedule(static, 1) num_threads(team)\n#endif\n");
    out_line(&p, "for (int64_t c = 0; c < chunks; c++) {");
    p.indent++;
    print_chunk(&p);
    text_add(&p.out, "#ifdef _OPENMP\n#pragma omp ordered\n#endif\n");
    print_commit(&p);
    p.indent--;
    out_line(&p, "}");
    out_line(&p, "if (failed != %s_OK) return failed;", g->P);
    printer_end(&p);
    text_add(&g->body, p.out.at);
}

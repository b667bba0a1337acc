/*
 * The three products of a sparse matrix S (reviews x terms, CSR or its transpose) with dense panel matrices. All of
 * training is made of them:
 *   rows_sum     Z = S W + bias             first layer forward, deeper layers over active units
 *   rows_dot     f_e = X[row e] . W[term e] reconstruction of the sampled terms, backward into active units
 *   rows_update  W[term] -= step(sum_e s_e X[row e])   gradient of the touched rows and their optimizer, in one pass
 * Nothing is ever multiplied by a zero of S.
 */
#include "optimizer.h"

/* Columns of one register block. V8 loads all that a loop's body reads before it adds any of it: of WebAssembly's vectors, six sums,
 * six terms and a value are what 15 registers hold, and a sum that is kept in memory is twice as slow. */
#define BLOCK (LANES == 4 ? 24 : 64)

/* out = start (or 0) + sum over the entries from <= e < to: value_e panel[column_e], for the n columns of a panel. */
INLINE void sum_entries(int n, float *out, const float *start, const float *panel, u32 from, u32 to, const u32 *columns,
                        const float *values) {
  UNROLL for (int c0 = 0; c0 < n; c0 += BLOCK) {
    int count = (n - c0 < BLOCK ? n - c0 : BLOCK) / LANES;
    vec acc[BLOCK / LANES];
    UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) {
      acc[i] = start ? *(const vec *)(start + c0 + i * LANES) : splat(0);
    }
    if (values) {
      for (u32 e = from; e < to; e++) {
        const float *row = panel + (u64)columns[e] * (u32)n + c0;
        vec v = splat(values[e]);
        UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) {
          acc[i] = fma_vec(v, *(const vec *)(row + i * LANES), acc[i]);
        }
      }
    } else {
      for (u32 e = from; e < to; e++) {
        if (c0 == 0) ask_rows(e, to, columns, panel, (u32)n, 0, 0);
        const float *row = panel + (u64)columns[e] * (u32)n + c0;
        UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) acc[i] += *(const vec *)(row + i * LANES);
      }
    }
    UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) *(vec *)(out + c0 + i * LANES) = acc[i];
  }
}

/* The first entry from `from` on whose column is at the limit or past it, where columns ascend; some entry where they do not. */
INLINE u32 first_past(u32 limit, const u32 *columns, u32 from, u32 to) {
  while (from + 16 <= to && columns[from + 15] < limit) from += 16;
  while (from < to && columns[from] < limit) from++;
  return from;
}

/* Floats of a panel (32 KB) that stay in the first-level cache while FEW reviews are summed from them, and how many of their
 * rows a review must have, on average, for that to pay. */
enum { NEAR = 8192, FEW = 64, NEAR_ENTRIES = 4 };

/* out[b][c] = bias[c] + sum over entries e of row b: value_e W[column_e][c].  Units: panels of `width`.
 * Shapes: out batch x width, W rows x width, bias width (or 0), CSR of `batch` rows; values may be 0 (all ones).
 * Where the entries are dense enough (codes), a few reviews go through a run of rows of W before they go on to the next run. A
 * review's entries are added in their order either way, so the bytes are the same. */
EXPORT(rows_sum)
(int begin, int end, float *out, u32 batch, const float *W, u32 rows, int width, const float *bias, const u32 *rowStart,
 const u32 *columns, const float *values) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = W + panel_start(p, rows);
    u32 run = NEAR / (u32)w, next[FEW];
    if (!values || (u64)rowStart[batch] * run < (u64)batch * rows * NEAR_ENTRIES) run = rows;
    for (u32 few = 0; few < batch; few += FEW) {
      u32 row = 0;
      do {
        for (u32 b = few; b < batch && b < few + FEW; b++) {
          float *sum = out + panel_start(p, batch) + (u64)b * (u32)w;
          const float *start = row ? sum : bias ? bias + p * PANEL : 0;
          u32 from = row ? next[b - few] : rowStart[b], to = rowStart[b + 1];
          if (rows - row > run) to = first_past(row + run, columns, from, to);
          next[b - few] = to;
#define BODY(WIDTH) sum_entries(WIDTH, sum, start, panel, from, to, columns, values);
          WITH_WIDTH(w, BODY)
#undef BODY
        }
        row += run;
      } while (row < rows);
    }
  }
}

/* Two accumulators per product, four products side by side: enough independent chains for the adders. */
#define DOT4(WIDTH, w, x0, x1, x2, x3, out4)                                                            \
  {                                                                                                     \
    vec a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);                                     \
    UNROLL_LOADS for (int i = 0; i < WIDTH / LANES; i++) {                                              \
      vec wv = *(const vec *)((w) + i * LANES);                                                         \
      a0 = fma_vec(wv, *(const vec *)((x0) + i * LANES), a0);                                           \
      a1 = fma_vec(wv, *(const vec *)((x1) + i * LANES), a1);                                           \
      a2 = fma_vec(wv, *(const vec *)((x2) + i * LANES), a2);                                           \
      a3 = fma_vec(wv, *(const vec *)((x3) + i * LANES), a3);                                           \
    }                                                                                                   \
    out4 = sum_four(a0, a1, a2, a3);                                                                    \
  }

/* partial[p][e] = sum over the columns c of panel p: W[term][c] X[row_e][c], for the entries e of each term.
 * Units: panels. Shapes: W rows x width, X batch x width; transposed entries (terms, termStart, entryRow);
 * partial panels x entries. The panels are summed afterwards in a fixed order (see scatter_sum). */
EXPORT(rows_dot)
(int begin, int end, float *partial, u32 entries, const float *W, u32 rows, int width, const float *X, u32 batch,
 u32 termCount, const u32 *terms, const u32 *termStart, const u32 *entryRow) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = W + panel_start(p, rows);
    const float *xPanel = X + panel_start(p, batch);
    float *out = partial + (u64)p * entries;
#define BODY(WIDTH)                                                                                          \
  for (u32 t = 0; t < termCount; t++) {                                                                      \
    const float *row = panel + (u64)terms[t] * WIDTH;                                                        \
    ask_rows(t, termCount, terms, panel, WIDTH, 0, 0);                                                       \
    u32 e = termStart[t], stop = termStart[t + 1];                                                           \
    for (; e + 4 <= stop; e += 4) {                                                                          \
      vec4 four;                                                                                             \
      DOT4(WIDTH, row, xPanel + (u64)entryRow[e] * WIDTH, xPanel + (u64)entryRow[e + 1] * WIDTH,             \
           xPanel + (u64)entryRow[e + 2] * WIDTH, xPanel + (u64)entryRow[e + 3] * WIDTH, four)               \
      out[e] = four[0], out[e + 1] = four[1], out[e + 2] = four[2], out[e + 3] = four[3];                    \
    }                                                                                                        \
    for (; e < stop; e++) {                                                                                  \
      const float *x = xPanel + (u64)entryRow[e] * WIDTH;                                                    \
      vec a0 = splat(0), a1 = splat(0);                                                                      \
      UNROLL_LOADS for (int i = 0; i < WIDTH / LANES; i += 2) {                                              \
        a0 = fma_vec(*(const vec *)(row + i * LANES), *(const vec *)(x + i * LANES), a0);                    \
        if (i + 1 < WIDTH / LANES)                                                                           \
          a1 = fma_vec(*(const vec *)(row + (i + 1) * LANES), *(const vec *)(x + (i + 1) * LANES), a1);      \
      }                                                                                                      \
      out[e] = sum_vec(a0 + a1);                                                                             \
    }                                                                                                        \
  }
    WITH_WIDTH(w, BODY)
#undef BODY
  }
}

/* out[row_e] += coefficient_e row, for the entries e of one term; coefficients may be 0 (all ones). */
INLINE void spread(int n, float *out, const float *row, u32 from, u32 to, const u32 *entryRow, const float *coefficients) {
  UNROLL for (int c0 = 0; c0 < n; c0 += BLOCK) {
    int count = (n - c0 < BLOCK ? n - c0 : BLOCK) / LANES;
    vec r[BLOCK / LANES];
    UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) r[i] = *(const vec *)(row + c0 + i * LANES);
    for (u32 e = from; e < to; e++) {
      float *o = out + (u64)entryRow[e] * (u32)n + c0;
      if (coefficients) {
        vec v = splat(coefficients[e]);
        UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) {
          *(vec *)(o + i * LANES) = fma_vec(v, r[i], *(vec *)(o + i * LANES));
        }
      } else {
        UNROLL for (int i = 0; i < BLOCK / LANES; i++) if (i < count) *(vec *)(o + i * LANES) += r[i];
      }
    }
  }
}

/* W[term] is moved by the optimizer along g = sum over its entries e of coefficient_e X[row_e]. Units: panels.
 * Rows that are not named keep weights and state. coefficients may be 0 (all ones). With dX (batch x width, or 0), before a
 * row moves dX[row_e] += coefficient_e W[term]: the gradient by X, while the row is at hand. */
EXPORT(rows_update)
(int begin, int end, float *W, u32 rows, int width, const float *X, u32 batch, u32 termCount, const u32 *terms,
 const u32 *termStart, const u32 *entryRow, const float *coefficients, float *dX, int kind, float *state,
 const float *param) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    float *panel = W + panel_start(p, rows);
    float *dPanel = dX + panel_start(p, batch);
    const float *xPanel = X + panel_start(p, batch);
    float *statePanel = state + state_start(kind, p, rows);
#define BODY(WIDTH)                                                                                   \
  for (u32 t = 0; t < termCount; t++) {                                                               \
    vec g[WIDTH / LANES];                                                                             \
    ask_rows(t, termCount, terms, panel, WIDTH, statePanel, state_size(kind, WIDTH));                 \
    u32 from = termStart[t], to = termStart[t + 1];                                                   \
    if (dX) spread(WIDTH, dPanel, panel + (u64)terms[t] * WIDTH, from, to, entryRow, coefficients);   \
    UNROLL for (int c0 = 0; c0 < WIDTH; c0 += BLOCK) {                                                \
      enum { N = (WIDTH < BLOCK ? WIDTH : BLOCK) / LANES };                                           \
      int n = (WIDTH - c0 < BLOCK ? WIDTH - c0 : BLOCK) / LANES;                                      \
      vec acc[N];                                                                                     \
      UNROLL for (int i = 0; i < N; i++) acc[i] = splat(0);                                           \
      for (u32 e = from; e < to; e++) {                                                               \
        const float *x = xPanel + (u64)entryRow[e] * WIDTH + c0;                                      \
        if (coefficients) {                                                                           \
          vec v = splat(coefficients[e]);                                                             \
          UNROLL for (int i = 0; i < N; i++) if (i < n) acc[i] = fma_vec(v, *(const vec *)(x + i * LANES), acc[i]); \
        } else {                                                                                      \
          UNROLL for (int i = 0; i < N; i++) if (i < n) acc[i] += *(const vec *)(x + i * LANES);      \
        }                                                                                             \
      }                                                                                               \
      UNROLL for (int i = 0; i < N; i++) if (i < n) g[c0 / LANES + i] = acc[i];                       \
    }                                                                                                 \
    step(WIDTH, panel + (u64)terms[t] * WIDTH, g, statePanel + (u64)terms[t] * state_size(kind, WIDTH), kind, param); \
  }
    WITH_WIDTH(w, BODY)
#undef BODY
  }
}

/* bias is moved by the optimizer along the column sums of dZ (batch x width). Units: panels. */
EXPORT(bias_update)
(int begin, int end, float *bias, const float *dZ, u32 batch, int width, int kind, float *state, const float *param) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = dZ + panel_start(p, batch);
#define BODY(WIDTH)                                                                            \
  {                                                                                            \
    vec g[WIDTH / LANES];                                                                      \
    UNROLL for (int i = 0; i < WIDTH / LANES; i++) g[i] = splat(0);                            \
    for (u32 b = 0; b < batch; b++) {                                                          \
      UNROLL for (int i = 0; i < WIDTH / LANES; i++) g[i] += *(const vec *)(panel + (u64)b * WIDTH + i * LANES); \
    }                                                                                          \
    step(WIDTH, bias + p * PANEL, g, state + state_start(kind, p, 1), kind, param);            \
  }
    WITH_WIDTH(w, BODY)
#undef BODY
  }
}

/* out[row_e][term] (+)= sum over panels of partial[.][e], all other entries of `out` left as they are.
 * Units: chunks of terms (chunkStart[k] is the first term of chunk k). out: batch x width. */
EXPORT(scatter_sum)
(int begin, int end, const u32 *chunkStart, float *out, u32 batch, int width, const float *partial, u32 entries, int panels,
 const u32 *terms, const u32 *termStart, const u32 *entryRow, int accumulate) {
  for (int k = begin; k < end; k++) {
    for (u32 t = chunkStart[k]; t < chunkStart[k + 1]; t++) {
      int p = (int)(terms[t] / PANEL);
      int w = panel_width(p, width);
      float *column = out + panel_start(p, batch) + terms[t] % PANEL;
      for (u32 e = termStart[t]; e < termStart[t + 1]; e++) {
        float sum = 0;
        for (int q = 0; q < panels; q++) sum += partial[(u64)q * entries + e];
        float *o = column + (u64)entryRow[e] * (u32)w;
        *o = accumulate ? *o + sum : sum;
      }
    }
  }
}

/*
 * A block: a few hundred rows of a weight matrix, copied with rows and columns exchanged, so that products with sparse
 * codes run along the block and skip every unit that is zero (rows_sum, rows_dot). And the way back of its gradient.
 */
#include "optimizer.h"

INLINE void transpose4(vec4 r[4]) {
  vec4 a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5), b = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
  vec4 c = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5), d = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
  r[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5), r[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  r[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5), r[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

/* T[c][s] = W[terms[s]][c], zero for s >= count. T: width x blockWidth, W: rows x width. Units: panels of W. */
EXPORT(gather_block)
(int begin, int end, float *T, int blockWidth, const float *W, u32 rows, int width, const u32 *terms, u32 count) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = W + panel_start(p, rows);
    for (u32 s = 0; s < (u32)blockWidth; s += 4) {
      for (u32 k = s; k < s + 4 && k < count; k++) ask_rows(k, count, terms, panel, (u32)w, 0, 0);
      u64 to = panel_at(s, (u32)(p * PANEL), (u32)width, blockWidth);
      u32 stride = (u32)panel_width((int)(s / PANEL), blockWidth);
      for (u32 c = 0; c < (u32)w; c += 4) {
        vec4 r[4];
        UNROLL for (u32 i = 0; i < 4; i++) {
          r[i] = s + i < count ? *(const vec4 *)(panel + (u64)terms[s + i] * (u32)w + c) : (vec4){0};
        }
        transpose4(r);
        UNROLL for (u32 i = 0; i < 4; i++) *(vec4 *)(T + to + (u64)(c + i) * stride) = r[i];
      }
    }
  }
}

/* W[terms[s]] is moved by the optimizer along g[c] = G[i][s] where units[i] = c, zero for other columns.
 * G: unitCount x blockWidth; units ascending. Units: panels of W (rows x width). */
EXPORT(scatter_block)
(int begin, int end, float *W, u32 rows, int width, const u32 *terms, u32 count, const float *G, int blockWidth,
 const u32 *units, u32 unitCount, int kind, float *state, const float *param) {
  enum { TILE = 16 };
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    float *panel = W + panel_start(p, rows);
    float *statePanel = state + state_start(kind, p, rows);
    u32 from = 0, to;
    while (from < unitCount && units[from] < (u32)(p * PANEL)) from++;
    for (to = from; to < unitCount && units[to] < (u32)(p * PANEL + w); to++) {}
    vec tile[TILE * PANEL / LANES];
    for (u32 s = 0; s < count; s += TILE) {
      for (int i = 0; i < TILE * PANEL / LANES; i++) tile[i] = splat(0);
      float *cell = (float *)tile;
      for (u32 i = from; i < to; i++) {
        const float *g = G + panel_at(s, i, unitCount, blockWidth);
        u32 c = units[i] - (u32)(p * PANEL);
        for (u32 k = 0; k < TILE; k++) cell[k * PANEL + c] = g[k];
      }
      for (u32 k = 0; k < TILE && s + k < count; k++) {
        ask_rows(s + k, count, terms, panel, (u32)w, statePanel, state_size(kind, (u32)w));
        float *row = panel + (u64)terms[s + k] * (u32)w;
        float *rowState = statePanel + (u64)terms[s + k] * state_size(kind, (u32)w);
#define BODY(WIDTH) step(WIDTH, row, tile + k * PANEL / LANES, rowState, kind, param);
        WITH_WIDTH(w, BODY)
#undef BODY
      }
    }
  }
}

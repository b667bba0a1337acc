/*
 * The dense product, for codes with few zeros: out = X W + bias. Where most of X is zero, rows_sum over its entries is
 * faster; which of the two runs is decided by the measured share of zeros (see network/forward.ts).
 */
#include "kernels.h"

/* Reviews and vectors of a register block: their sums, the weights and the values, without a spill (see BLOCK in rows.c). */
enum { ROWS = LANES == 4 ? 2 : 3, VECTORS = 4 };

INLINE void dense_block(int n, int vectors, int stride, float *out, const float *panel, const float *bias, const float *X,
                        u32 batch, u32 b, u32 rows, int xWidth, int accumulate) {
  vec acc[ROWS][VECTORS];
  UNROLL for (int r = 0; r < ROWS; r++) if (r < n) {
    UNROLL for (int v = 0; v < VECTORS; v++) if (v < vectors) {
      acc[r][v] = accumulate ? *(vec *)(out + r * stride + v * LANES)
                  : bias     ? *(const vec *)(bias + v * LANES)
                             : splat(0);
    }
  }
  for (int p = 0; (u32)p * PANEL < rows; p++) {
    int w = panel_width(p, xWidth);
    const float *x = X + panel_start(p, batch) + (u64)b * (u32)w;
    u32 stop = rows - (u32)p * PANEL < PANEL ? rows - (u32)p * PANEL : PANEL;
    const float *row = panel + (u64)p * PANEL * (u32)stride;
    for (u32 k = 0; k < stop; k++, row += stride) {
      UNROLL for (int r = 0; r < ROWS; r++) if (r < n) {
        vec s = splat(x[(u32)r * (u32)w + k]);
        UNROLL for (int v = 0; v < VECTORS; v++) if (v < vectors) {
          acc[r][v] = fma_vec(s, *(const vec *)(row + v * LANES), acc[r][v]);
        }
      }
    }
  }
  UNROLL for (int r = 0; r < ROWS; r++) if (r < n) {
    UNROLL for (int v = 0; v < VECTORS; v++) if (v < vectors) *(vec *)(out + r * stride + v * LANES) = acc[r][v];
  }
}

/* out[b][c] (+)= bias[c] + sum over k < rows of X[b][k] W[k][c]. Units: panels of `width`.
 * Shapes: out batch x width, W rows x width, X batch x xWidth with xWidth >= rows, bias width (or 0). */
EXPORT(dense_product)
(int begin, int end, float *out, u32 batch, const float *W, u32 rows, int width, const float *bias, const float *X,
 int xWidth, int accumulate) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = W + panel_start(p, rows);
    float *outPanel = out + panel_start(p, batch);
    for (int c = 0; c < w; c += VECTORS * LANES) {
      const float *biasAt = bias ? bias + p * PANEL + c : 0;
      int vectors = (w - c) / LANES < VECTORS ? (w - c) / LANES : VECTORS;
      u32 b = 0;
#define BLOCK(N, V) dense_block(N, V, w, outPanel + (u64)b * (u32)w + c, panel + c, biasAt, X, batch, b, rows, xWidth, accumulate)
      if (vectors == VECTORS) {
        for (; b + ROWS <= batch; b += ROWS) BLOCK(ROWS, VECTORS);
        for (; b < batch; b++) BLOCK(1, VECTORS);
      } else {
        for (; b < batch; b++) {
          if (vectors == 3) BLOCK(1, 3);
          else if (vectors == 2) BLOCK(1, 2);
          else BLOCK(1, 1);
        }
      }
#undef BLOCK
    }
  }
}

/*
 * Activations of the hidden units, forward and backward, and dropout; elementwise on panel matrices of batch x width.
 * Columns from `cols` (the true number of units) up to `width` are padding and always become 0. Units: panels.
 */
#include "kernels.h"

enum { RECTIFIER, SOFTPLUS, TANH, SIGMOID, LEAKY, LIF };

/* Leaky integrate-and-fire, f(I) = 1 / (tau log((E + R I - V_r) / (E + R I - V_th)) + t_ref) above the threshold
 * (Glorot et al. 2011, section 2), in units in which E = V_r = 0, R = V_th = tau = t_ref = 1. */
INLINE vec lif_rate(vec z) {
  vec over = max_vec(z - 1.0f, splat(1e-12f));
  /* log(z / (z - 1)) = log(1 + 1 / (z - 1)) */
  vec rate = 1.0f / (log1p_vec(1.0f / over) + 1.0f);
  return select_vec(z > 1.0f, rate, splat(0.0f));
}

INLINE vec activation(vec z, int kind, float alpha) {
  switch (kind) {
    case RECTIFIER: return max_vec(z, splat(0.0f));
    case SOFTPLUS: return softplus_vec(z * alpha) / alpha;
    case TANH: return tanh_vec(z);
    case SIGMOID: return sigmoid_vec(z);
    case LEAKY: return select_vec(z > 0.0f, z, 0.01f * z);
    default: return lif_rate(z);
  }
}

INLINE vec derivative(vec z, int kind, float alpha) {
  switch (kind) {
    case RECTIFIER: return select_vec(z > 0.0f, splat(1.0f), splat(0.0f));
    case SOFTPLUS: return sigmoid_vec(z * alpha);
    case TANH: {
      vec t = tanh_vec(z);
      return 1.0f - t * t;
    }
    case SIGMOID: {
      vec s = sigmoid_vec(z);
      return s * (1.0f - s);
    }
    case LEAKY: return select_vec(z > 0.0f, splat(1.0f), splat(0.01f));
    default: {
      /* f' = f^2 / (z (z - 1)) above the threshold */
      vec f = lif_rate(z);
      vec over = max_vec(z - 1.0f, splat(1e-12f));
      return select_vec(z > 1.0f, f * f / (max_vec(z, splat(1.0f)) * over), splat(0.0f));
    }
  }
}

/* All ones where the unit c + lane is one of the `cols` true units. */
INLINE ivec true_units(int c, int cols) {
  ivec unit;
  for (int l = 0; l < LANES; l++) unit[l] = c + l;
  return unit < cols;
}

/* +1 for units before negateFrom, -1 from there on (the half-negated variant). */
INLINE vec unit_sign(int c, int negateFrom) {
  vec sign;
  for (int l = 0; l < LANES; l++) sign[l] = c + l < negateFrom ? 1.0f : -1.0f;
  return sign;
}

/* H = sign * activation(Z) */
EXPORT(activate)
(int begin, int end, const float *Z, float *H, u32 batch, int width, int cols, int kind, float alpha, int negateFrom) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    u64 start = panel_start(p, batch);
    for (int c = 0; c < w; c += LANES) {
      ivec real = true_units(p * PANEL + c, cols);
      vec sign = unit_sign(p * PANEL + c, negateFrom);
      for (u32 b = 0; b < batch; b++) {
        u64 at = start + (u64)b * (u32)w + (u32)c;
        vec z = *(const vec *)(Z + at);
        vec h = kind == RECTIFIER ? max_vec(z, splat(0.0f)) : activation(z, kind, alpha);
        *(vec *)(H + at) = select_vec(real, sign * h, splat(0.0f));
      }
    }
  }
}

/* dZ = (dH + l1 sign(H)) * sign * activation'(Z), in place of dH. With dropout H is what it left: units
 * that are dropped, and so 0, pay no penalty. */
EXPORT(activate_backward)
(int begin, int end, float *dH, const float *Z, const float *H, u32 batch, int width, int cols, int kind, float alpha,
 int negateFrom, float l1) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    u64 start = panel_start(p, batch);
    for (int c = 0; c < w; c += LANES) {
      ivec real = true_units(p * PANEL + c, cols);
      vec sign = unit_sign(p * PANEL + c, negateFrom);
      for (u32 b = 0; b < batch; b++) {
        u64 at = start + (u64)b * (u32)w + (u32)c;
        vec g = *(vec *)(dH + at);
        vec z = *(const vec *)(Z + at);
        if (l1 != 0) {
          vec h = *(const vec *)(H + at);
          g += select_vec(h > 0.0f, splat(l1), select_vec(h < 0.0f, splat(-l1), splat(0.0f)));
        }
        *(vec *)(dH + at) = select_vec(real, g * sign * derivative(z, kind, alpha), splat(0.0f));
      }
    }
  }
}

/* X *= mask / (1 - p), in place: each element is dropped when its 16 random bits are below `threshold` = p 2^16.
 * The bits depend on the key, the batch row and the column only, so the same call on the gradient drops the same. */
EXPORT(dropout)
(int begin, int end, float *X, u32 batch, int width, u32 threshold, u32 key0, u32 key1) {
  float scale = 65536.0f / (65536.0f - (float)threshold);
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    float *panel = X + panel_start(p, batch);
    for (u32 b = 0; b < batch; b++) {
      for (int c = 0; c < w; c += 4) {
        u32 words[2];
        threefry(key0, key1, (u32)(p * PANEL + c), b, words);
        float *x = panel + (u64)b * (u32)w + (u32)c;
        x[0] = (words[0] & 0xffff) < threshold ? 0.0f : x[0] * scale;
        x[1] = words[0] >> 16 < threshold ? 0.0f : x[1] * scale;
        x[2] = (words[1] & 0xffff) < threshold ? 0.0f : x[2] * scale;
        x[3] = words[1] >> 16 < threshold ? 0.0f : x[3] * scale;
      }
    }
  }
}

/* most[c] = max(most[c], max over the batch of |H[.][c]|): for scaling codes into [0, 1]. */
EXPORT(column_max)
(int begin, int end, float *most, const float *H, u32 batch, int width) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    const float *panel = H + panel_start(p, batch);
    for (int c = 0; c < w; c += LANES) {
      vec m = *(vec *)(most + p * PANEL + c);
      for (u32 b = 0; b < batch; b++) m = max_vec(m, abs_vec(*(const vec *)(panel + (u64)b * (u32)w + (u32)c)));
      *(vec *)(most + p * PANEL + c) = m;
    }
  }
}

/* W[r][c] = (2 u - 1) bound for the true columns, u the random number r cols + c of the stream, uniform in [0, 1) (see
 * uniform in src/random.ts); 0 in the padding. Units: panels. */
EXPORT(fill_uniform)
(int begin, int end, float *W, u32 rows, int width, int cols, u32 key0, u32 key1, double bound) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, width);
    float *panel = W + panel_start(p, rows);
    for (u32 r = 0; r < rows; r++) {
      u32 words[2] = {0, 0};
      u64 pair = ~0ull;
      for (int c = 0; c < w; c++) {
        u64 counter = (u64)r * (u32)cols + (u32)(p * PANEL + c);
        if (counter / 2 != pair) {
          pair = counter / 2;
          threefry(key0, key1, (u32)pair, (u32)(pair >> 32), words);
        }
        double u = words[counter % 2] / 4294967296.0;
        panel[(u64)r * (u32)w + (u32)c] = p * PANEL + c < cols ? (float)((2.0 * u - 1.0) * bound) : 0.0f;
      }
    }
  }
}

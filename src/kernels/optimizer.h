/*
 * The optimizers, for a row of weights or a single one. Rows that are not named are not touched, and neither is their
 * state ("lazy"): which rows a minibatch names is the business of the kernels that call this.
 */
#ifndef STARLING_OPTIMIZER_H
#define STARLING_OPTIMIZER_H
#include "kernels.h"

/* Zero for what is too small to move a weight. A moment whose gradients have ended (a unit that is never active) would else
 * shrink to a denormal number, on which processors are many times slower; WebAssembly cannot tell them to flush those. */
INLINE vec settle(vec x) { return select_vec(abs_vec(x) < 1e-30f, splat(0), x); }
INLINE float settle_one(float x) { return __builtin_fabsf(x) < 1e-30f ? 0 : x; }

/* One step of the optimizer on `n` weights with gradient g. The parameters (floats): learning rate, momentum or beta1,
 * beta2, epsilon, weight decay, 1 / (1 - beta1^t), 1 / (1 - beta2^t).
 * State: sgd n floats (velocity), adam 2 n floats (moments), adagrad one float for the whole row of the panel, rmsprop two. */
enum { SGD, ADAM, ADAGRAD, RMSPROP };

/* What a step is divided by the root of: adagrad's sum of all squares until now, or rmsprop's mean of them. That mean falls off
 * with beta2 at each step of the row itself and is divided by its own weight, so that a term's first step is a whole one however
 * late it comes. */
INLINE float squares_with(float square, float *state, int kind, const float *param) {
  if (kind == ADAGRAD) return *state += square;
  state[0] = settle_one(param[2] * state[0] + (1.0f - param[2]) * square);
  state[1] = param[2] * state[1] + (1.0f - param[2]);
  return state[0] / state[1];
}

INLINE void step(int n, float *w, vec *g, float *state, int kind, const float *param) {
  vec rate = splat(param[0]);
  if (param[4] != 0) {
    vec decay = splat(param[4]);
    UNROLL for (int i = 0; i < n / LANES; i++) g[i] += decay * *(vec *)(w + i * LANES);
  }
  if (kind == ADAGRAD || kind == RMSPROP) {
    vec squares = splat(0);
    UNROLL for (int i = 0; i < n / LANES; i++) squares += g[i] * g[i];
    float size = __builtin_sqrtf(squares_with(sum_vec(squares) / (float)n, state, kind, param));
    vec scaled = rate / (size + splat(param[3]));
    UNROLL for (int i = 0; i < n / LANES; i++) *(vec *)(w + i * LANES) -= scaled * g[i];
  } else if (kind == ADAM) {
    vec b1 = splat(param[1]), b2 = splat(param[2]), eps = splat(param[3]);
    vec c1 = splat(param[5]), c2 = splat(param[6]);
    UNROLL for (int i = 0; i < n / LANES; i++) {
      vec *m = (vec *)(state + i * LANES), *v = (vec *)(state + n + i * LANES);
      *m = settle(b1 * *m + (1.0f - b1) * g[i]);
      *v = settle(b2 * *v + (1.0f - b2) * g[i] * g[i]);
      vec hat = *v * c2, root;
      UNROLL for (int l = 0; l < LANES; l++) root[l] = __builtin_sqrtf(hat[l]);
      *(vec *)(w + i * LANES) -= rate * (*m * c1) / (root + eps);
    }
  } else {
    vec momentum = splat(param[1]);
    UNROLL for (int i = 0; i < n / LANES; i++) {
      vec *v = (vec *)(state + i * LANES);
      *v = settle(momentum * *v + g[i]);
      *(vec *)(w + i * LANES) -= rate * *v;
    }
  }
}

/* Floats of optimizer state for `n` weights of one row of a panel. */
INLINE u32 state_size(int kind, u32 n) { return kind == ADAGRAD ? 1 : kind == RMSPROP ? 2 : kind == ADAM ? 2 * n : n; }
/* First state float of panel p. Panels before it are all PANEL wide. */
INLINE u64 state_start(int kind, int p, u32 rows) { return (u64)p * rows * state_size(kind, PANEL); }

/* One optimizer step of a single weight; parameters and kinds as above. */
INLINE void step_one(float *w, float g, float *state, int kind, const float *param) {
  if (kind == ADAGRAD || kind == RMSPROP) {
    *w -= param[0] / (__builtin_sqrtf(squares_with(g * g, state, kind, param)) + param[3]) * g;
  } else if (kind == ADAM) {
    state[0] = settle_one(param[1] * state[0] + (1.0f - param[1]) * g);
    state[1] = settle_one(param[2] * state[1] + (1.0f - param[2]) * g * g);
    *w -= param[0] * (state[0] * param[5]) / (__builtin_sqrtf(state[1] * param[6]) + param[3]);
  } else {
    state[0] = settle_one(param[1] * state[0] + g);
    *w -= param[0] * state[0];
  }
}

#endif

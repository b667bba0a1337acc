/*
 * The cost of a denoising autoencoder's reconstruction and its gradient, for the entries that were assembled; and the
 * sum over panels that completes a product. The four strategies are those of Glorot et al. 2011, section 3.2.
 */
#include "optimizer.h"

typedef float loose __attribute__((vector_size(LANES * 4), aligned(4)));

enum { SOFTPLUS_SQUARED, SIGMOID_ENTROPY, LINEAR_SQUARED, RECTIFIER_SQUARED };

/* Cost of reconstructing x from the pre-activation f, and its derivative by f. */
INLINE vec cost_of(vec f, vec x, int strategy, vec *derivative) {
  vec r, d;
  switch (strategy) {
    case SIGMOID_ENTROPY: /* -x log s(f) - (1 - x) log(1 - s(f)) = softplus(f) - x f */
      *derivative = sigmoid_vec(f) - x;
      return softplus_vec(f) - x * f;
    case SOFTPLUS_SQUARED:
      r = softplus_vec(f), d = sigmoid_vec(f);
      break;
    case LINEAR_SQUARED:
      r = f, d = splat(1.0f);
      break;
    default:
      r = max_vec(f, splat(0.0f)), d = select_vec(f > 0.0f, splat(1.0f), splat(0.0f));
  }
  *derivative = 2.0f * (r - x) * d;
  return (r - x) * (r - x);
}

/* For each entry e: f = bias[term] + sum over panels of partial[.][e]; delta_e = factor dH/df;
 * costs[k] = sum of H over chunk k; then the decoder's bias moves along its gradient. Units: chunks of terms.
 * bias has one float per term, biasState the state of one weight per term. */
EXPORT(reconstruct)
(int begin, int end, const u32 *chunkStart, const float *partial, u32 entries, int panels, const u32 *terms,
 const u32 *termStart, const u32 *entryPos, const float *target, float *bias, float *biasState,
 int strategy, float factor, int kind, const float *param, float *delta, float *costs) {
  for (int k = begin; k < end; k++) {
    u32 from = termStart[chunkStart[k]], to = termStart[chunkStart[k + 1]];
    for (u32 t = chunkStart[k]; t < chunkStart[k + 1]; t++) {
      float b = bias[terms[t]];
      for (u32 e = termStart[t]; e < termStart[t + 1]; e++) delta[e] = b;
    }
    for (int q = 0; q < panels; q++) {
      const float *part = partial + (u64)q * entries;
      u32 e = from;
      for (; e + LANES <= to; e += LANES) *(loose *)(delta + e) += *(const loose *)(part + e);
      for (; e < to; e++) delta[e] += part[e];
    }
    vec cost = splat(0);
    for (u32 e = from; e < to; e += LANES) {
      u32 n = to - e < LANES ? to - e : LANES;
      vec f = splat(0), x = splat(0), u = splat(0), d;
      for (u32 l = 0; l < n; l++) {
        f[l] = delta[e + l];
        x[l] = target[entryPos[e + l]];
        u[l] = 1.0f;
      }
      cost += u * cost_of(f, x, strategy, &d);
      d *= u * factor;
      for (u32 l = 0; l < n; l++) delta[e + l] = d[l];
    }
    costs[k] = sum_vec(cost);
    for (u32 t = chunkStart[k]; t < chunkStart[k + 1]; t++) {
      float g = 0;
      for (u32 e = termStart[t]; e < termStart[t + 1]; e++) g += delta[e];
      step_one(bias + terms[t], g, biasState + terms[t] * state_size(kind, 1), kind, param);
    }
  }
}

/* The same for a block of terms that all reviews reconstruct. F: batch x blockWidth, in: pre-activations without bias;
 * out: their gradient, factor weight dH/df. costs[p] = sum of weight H over panel p. Units: panels of the block. */
EXPORT(reconstruct_block)
(int begin, int end, float *F, u32 batch, int blockWidth, u32 count, const u32 *terms, const float *target,
 const float *weight, float *bias, float *biasState, int strategy, float factor, int kind, const float *param,
 float *costs) {
  for (int p = begin; p < end; p++) {
    int w = panel_width(p, blockWidth);
    u64 start = panel_start(p, batch);
    vec cost = splat(0);
    for (int c = 0; c < w; c += LANES) {
      vec b = splat(0), gradient = splat(0);
      u32 s = (u32)(p * PANEL + c);
      for (u32 l = 0; l < LANES && s + l < count; l++) b[l] = bias[terms[s + l]];
      for (u32 r = 0; r < batch; r++) {
        u64 at = start + (u64)r * (u32)w + (u32)c;
        vec u = *(const vec *)(weight + at), d;
        cost += u * cost_of(*(vec *)(F + at) + b, *(const vec *)(target + at), strategy, &d);
        d *= u * factor;
        gradient += d;
        *(vec *)(F + at) = d;
      }
      for (u32 l = 0; l < LANES && s + l < count; l++) {
        u32 term = terms[s + l];
        step_one(bias + term, gradient[l], biasState + term * state_size(kind, 1), kind, param);
      }
    }
    costs[p] = sum_vec(cost);
  }
}

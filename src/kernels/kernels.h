/*
 * What every kernel shares: vectors, panels, random words, exponentials. Not here: any state; kernels keep none.
 *
 * One source serves WebAssembly (LANES 4) and native builds (LANES 8 or 16). No libc, no allocation, one thread:
 * each kernel works on the units begin <= unit < end of its output, and no other unit's value depends on the slice,
 * so the bytes are the same however many workers share the work.
 *
 * A dense matrix of `rows` x `width` floats is kept in panels of PANEL columns (width is padded to a multiple of 16):
 * panel p holds columns [64 p, min(64 p + 64, width)), its rows contiguous. A worker that owns a panel keeps
 * it in its cache, and a row of a panel is 1 to 4 cache lines.
 */
#ifndef STARLING_KERNELS_H
#define STARLING_KERNELS_H

#ifndef LANES
#define LANES 4
#endif
#define PANEL 64

typedef unsigned int u32;
typedef unsigned long long u64;
typedef float vec __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef int ivec __attribute__((vector_size(LANES * 4), aligned(LANES * 4)));
typedef float vec4 __attribute__((vector_size(16), aligned(16)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
/* UNROLL_LOADS: for a loop whose loads would fill the registers if V8 met them all at once (see BLOCK in rows.c). */
#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name))) void name
#define UNROLL_LOADS _Pragma("clang loop unroll_count(2)")
#else
#define UNROLL_LOADS UNROLL
/* Native: one copy of every kernel per instruction set, told apart by its name. */
#define JOIN_NAMES(name, set) name##_##set
#define NAME_FOR(name, set) JOIN_NAMES(name, set)
#define EXPORT(name) void NAME_FOR(name, SET)
#ifndef __clang__
#undef UNROLL
#define UNROLL _Pragma("GCC unroll 16")
#endif
#endif

/* a * b + c, fused where the machine can. */
INLINE vec fma_vec(vec a, vec b, vec c) {
#ifdef RELAXED
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE vec splat(float value) { return value - (vec){0}; }

INLINE vec select_vec(ivec mask, vec yes, vec no) { return (vec)((mask & (ivec)yes) | (~mask & (ivec)no)); }
INLINE vec max_vec(vec a, vec b) { return select_vec(a > b, a, b); }
INLINE vec min_vec(vec a, vec b) { return select_vec(a < b, a, b); }
INLINE vec abs_vec(vec a) { return (vec)((ivec)a & (ivec)(0x7fffffff - (ivec){0})); }

INLINE int panel_width(int panel, int width) {
  int left = width - panel * PANEL;
  return left < PANEL ? left : PANEL;
}

/* First float of a panel of a rows x width matrix. */
INLINE u64 panel_start(int panel, u32 rows) { return (u64)panel * PANEL * rows; }

/* Index of an element of a rows x width matrix. */
INLINE u64 panel_at(u32 column, u32 row, u32 rows, int width) {
  int p = (int)(column / PANEL);
  return panel_start(p, rows) + (u64)row * (u32)panel_width(p, width) + column % PANEL;
}

/* Asks for the cache line at p. WebAssembly has no instruction for it; a load whose value nobody waits for does nearly the same. */
INLINE void touch(const char *p) {
#ifdef __wasm__
  __asm__ volatile("" : : "r"(*(const volatile u32 *)p));
#else
  __builtin_prefetch(p);
#endif
}

/* Called before row k < count of a list is read, for each k in turn: asks for rows further on and for `size` floats of state of
 * each, so that they come from memory side by side. A load holds up what follows it until it is there, so WebAssembly asks for
 * several rows at a time; a prefetch does not, and goes a few rows ahead. */
INLINE void ask_rows(u32 k, u32 count, const u32 *list, const float *panel, u32 width, const float *state, u32 size) {
#ifdef __wasm__
  u32 ahead = size > 64 ? 8 : 16;
  if (k % ahead) return;
  u32 stop = count - k < ahead ? count : k + ahead;
#else
  k += 6;
  u32 stop = k < count ? k + 1 : k;
#endif
  for (; k < stop; k++) {
    const char *row = (const char *)(panel + (u64)list[k] * width);
    const char *rowState = (const char *)(state + (u64)list[k] * size);
    for (u32 i = 0; i < width * 4; i += 64) touch(row + i);
    for (u32 i = 0; i < size * 4; i += 64) touch(rowState + i);
  }
}

/* Calls body(W) with the panel's width as a compile-time constant, so that its loops unroll into registers. */
#define WITH_WIDTH(width, body) \
  switch (width) {              \
    case 16: body(16); break;   \
    case 32: body(32); break;   \
    case 48: body(48); break;   \
    default: body(64); break;   \
  }

/* From each four lanes of two vectors the same choice of four: 0 to 3 are those of a, 4 to 7 those of b. */
#define LANE(q, i) ((i) < 4 ? 4 * (q) + (i) : LANES + 4 * (q) + (i) - 4)
#define FOUR(q, i, j, k, l) LANE(q, i), LANE(q, j), LANE(q, k), LANE(q, l)
#if LANES == 4
#define PICK(a, b, ...) __builtin_shufflevector(a, b, FOUR(0, __VA_ARGS__))
#elif LANES == 8
#define PICK(a, b, ...) __builtin_shufflevector(a, b, FOUR(0, __VA_ARGS__), FOUR(1, __VA_ARGS__))
#else
#define PICK(a, b, ...) \
  __builtin_shufflevector(a, b, FOUR(0, __VA_ARGS__), FOUR(1, __VA_ARGS__), FOUR(2, __VA_ARGS__), FOUR(3, __VA_ARGS__))
#endif

/* Sum of a vector's lanes folded to four, in a fixed order. */
INLINE vec4 fold4(vec a) {
#if LANES == 4
  return a;
#elif LANES == 8
  return __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
#else
  return (__builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7)) +
         (__builtin_shufflevector(a, a, 8, 9, 10, 11) + __builtin_shufflevector(a, a, 12, 13, 14, 15));
#endif
}

INLINE float sum_vec(vec a) {
  vec4 f = fold4(a);
  return (f[0] + f[1]) + (f[2] + f[3]);
}

/* Sums of the lanes of four vectors, in a fixed order. */
INLINE vec4 sum_four(vec a, vec b, vec c, vec d) {
  vec ab = PICK(a, b, 0, 4, 1, 5) + PICK(a, b, 2, 6, 3, 7), cd = PICK(c, d, 0, 4, 1, 5) + PICK(c, d, 2, 6, 3, 7);
  return fold4(PICK(ab, cd, 0, 1, 4, 5) + PICK(ab, cd, 2, 3, 6, 7));
}

/* Threefry-2x32-20 (Salmon et al. 2011), the same numbers as src/random.ts. */
INLINE void threefry(u32 k0, u32 k1, u32 c0, u32 c1, u32 out[2]) {
  static const unsigned char rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  u32 k[3] = {k0, k1, 0x1bd11bdau ^ k0 ^ k1};
  u32 x0 = c0 + k0, x1 = c1 + k1;
  UNROLL for (int round = 0; round < 20; round++) {
    int r = rotations[round & 7];
    x0 += x1;
    x1 = ((x1 << r) | (x1 >> (32 - r))) ^ x0;
    if ((round & 3) == 3) {
      int group = (round >> 2) + 1;
      x0 += k[group % 3];
      x1 += k[(group + 1) % 3] + (u32)group;
    }
  }
  out[0] = x0;
  out[1] = x1;
}

/* exp(x): Cephes' expf, about 2 ulp; clamped to the finite range. */
INLINE vec exp_vec(vec x) {
  x = min_vec(max_vec(x, splat(-87.3f)), splat(88.3f));
  vec scaled = x * 1.44269504088896341f;
  vec half = select_vec(scaled < 0.0f, splat(-0.5f), splat(0.5f));
  ivec n = __builtin_convertvector(scaled + half, ivec);
  vec nf = __builtin_convertvector(n, vec);
  vec r = x - nf * 0.693359375f;
  r = r - nf * -2.12194440e-4f;
  vec p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  return p * (vec)((n + 127) << 23);
}

/* log(x) for normal x > 0: Cephes' logf. */
INLINE vec log_vec(vec x) {
  ivec bits = (ivec)x;
  ivec e = ((bits >> 23) & 255) - 126;
  vec m = (vec)((bits & 0x007fffff) | 0x3f000000); /* 0.5 <= m < 1 */
  ivec small = m < 0.707106781186547524f;
  vec ef = __builtin_convertvector(e + small, vec); /* the mask is -1 where true */
  m = m + select_vec(small, m, splat(0.0f)) - 1.0f;
  vec z = m * m;
  vec p = splat(7.0376836292e-2f);
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  p = p * m * z;
  p = p + ef * -2.12194440e-4f - 0.5f * z;
  return (m + p) + ef * 0.693359375f;
}

/* log(1 + e) for e >= 0, exact to relative precision for small e too. */
INLINE vec log1p_vec(vec e) {
  vec u = e + 1.0f;
  vec d = u - 1.0f;
  ivec tiny = d == 0.0f;
  return select_vec(tiny, e, log_vec(u) * e / select_vec(tiny, splat(1.0f), d));
}

INLINE vec sigmoid_vec(vec x) { return 1.0f / (1.0f + exp_vec(-x)); }

/* softplus(x) = log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
INLINE vec softplus_vec(vec x) { return max_vec(x, splat(0.0f)) + log1p_vec(exp_vec(-abs_vec(x))); }

/* tanh(x): Cephes' tanhf; the polynomial keeps relative precision near 0. */
INLINE vec tanh_vec(vec x) {
  vec z = x * x;
  vec p = splat(-5.70498872745e-3f);
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  vec near = p * z * x + x;
  vec a = abs_vec(x);
  vec far = 1.0f - 2.0f / (exp_vec(a + a) + 1.0f);
  far = select_vec(x < 0.0f, -far, far);
  return select_vec(a < 0.625f, near, far);
}

#endif

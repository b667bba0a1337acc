/*
 * Preparing a minibatch: corruption, the list of reconstructed entries, transposition, compression of activations to
 * sparse rows. Integer work, linear in the entries; each of these is one unit (begin 0, end 1).
 *
 * `mark` and `counts` are scratch of one u32 per column; all zero before and after each call.
 */
#include "kernels.h"

/* Masking and salt-and-pepper noise, x~ = Bern(1 - p0) x + (x = 0) Bern(p1) (Glorot et al. 2011, section 4).
 * An entry is dropped when its word is below dropThreshold = p0 2^32; word j of review r is
 * threefry(key, j / 2, r)[j % 2]. For the salt, a number is drawn by a cumulative table (saltSize thresholds; 0 for
 * none), then as many columns uniformly; repeats and those already there are let go, for which the table makes up. */
EXPORT(corrupt)
(int begin, int end, u32 batch, const u32 *rowStart, const u32 *columns, const float *values, const u32 *reviewIndex,
 u32 dropThreshold, u32 key0, u32 key1, const u32 *saltTable, u32 saltSize, u32 saltKey0, u32 saltKey1, u32 cols,
 u32 *mark, u32 *outStart, u32 *outColumns, float *outValues) {
  u32 n = 0, words[2];
  (void)begin, (void)end;
  outStart[0] = 0;
  for (u32 b = 0; b < batch; b++) {
    u32 from = rowStart[b], to = rowStart[b + 1], review = reviewIndex[b];
    for (u32 e = from; e < to; e++) {
      u32 j = e - from;
      if ((j & 1) == 0) threefry(key0, key1, j >> 1, review, words);
      outColumns[n] = columns[e];
      if (values) outValues[n] = values[e];
      n += words[j & 1] >= dropThreshold;
    }
    if (saltSize) {
      u32 drawn = 0, added = n;
      for (u32 e = from; e < to; e++) mark[columns[e]] = 1;
      threefry(saltKey0, saltKey1, 0xffffffffu, review, words);
      while (drawn < saltSize && words[0] >= saltTable[drawn]) drawn++;
      for (u32 i = 0; i < drawn; i++) {
        threefry(saltKey0, saltKey1, i, review, words);
        u32 column = (u32)(((u64)words[0] * cols) >> 32);
        if (mark[column]) continue;
        mark[column] = 1;
        outColumns[n] = column;
        if (values) outValues[n] = 1.0f;
        n++;
      }
      for (u32 e = from; e < to; e++) mark[columns[e]] = 0;
      for (; added < n; added++) mark[outColumns[added]] = 0;
    }
    outStart[b + 1] = n;
  }
}

/* What is reconstructed of a minibatch (Dauphin, Glorot and Bengio 2011, equation 5). The `count` terms of the block are
 * reconstructed for every review: target and weight are batch x blockWidth, the weight of a term being one over its
 * probability of being in the block. With outStart, the entries where x != 0 or x~ != 0 always count exactly once: in
 * the block their weight is 1, and those outside come as a list (weight 1). Without (0), the block is all there is.
 * place: one zero per term, zeros again at the end. Targets are scaled. */
EXPORT(assemble)
(int begin, int end, u32 batch, const u32 *rowStart, const u32 *columns, const float *values, const u32 *noisyStart,
 const u32 *noisyColumns, const u32 *terms, const float *blockWeight, u32 count, int blockWidth, float scale, u32 *place,
 float *target, float *weight, u32 *outStart, u32 *outColumns, float *outTarget) {
  const u32 taken = 0xffffffffu;
  u32 n = 0;
  (void)begin, (void)end;
  if (outStart) outStart[0] = 0;
  for (u32 s = 0; s < count; s++) place[terms[s]] = s + 1;
  for (u32 b = 0; b < batch; b++) {
    u32 first = n;
    for (int p = 0; p * PANEL < blockWidth; p++) {
      int w = panel_width(p, blockWidth);
      u64 at = panel_start(p, batch) + (u64)b * (u32)w;
      for (u32 k = 0; k < (u32)w; k++) {
        u32 s = (u32)p * PANEL + k;
        target[at + k] = 0.0f;
        weight[at + k] = s < count ? blockWeight[s] : 0.0f;
      }
    }
    for (u32 e = rowStart[b]; e < rowStart[b + 1]; e++) {
      u32 c = columns[e];
      float x = (values ? values[e] : 1.0f) * scale;
      if (place[c]) {
        u64 at = panel_at(place[c] - 1, b, batch, blockWidth);
        target[at] = x;
        if (outStart) weight[at] = 1.0f;
      } else if (outStart) {
        place[c] = taken;
        outColumns[n] = c, outTarget[n] = x, n++;
      }
    }
    if (!outStart) continue;
    for (u32 e = noisyStart[b]; e < noisyStart[b + 1]; e++) {
      u32 c = noisyColumns[e];
      if (place[c] == taken) continue;
      if (place[c]) {
        weight[panel_at(place[c] - 1, b, batch, blockWidth)] = 1.0f;
      } else {
        place[c] = taken;
        outColumns[n] = c, outTarget[n] = 0.0f, n++;
      }
    }
    for (u32 e = first; e < n; e++) place[outColumns[e]] = 0;
    outStart[b + 1] = n;
  }
  for (u32 s = 0; s < count; s++) place[terms[s]] = 0;
}

/* CSR to its transpose over the terms that occur, ascending: entry i of the transpose is entry entryPos[i] of the CSR,
 * in row entryRow[i]; term t holds entries termStart[t] up to termStart[t + 1]. Chunks of whole terms with about
 * `chunkSize` entries are the units of the kernels that work by term: chunk k begins with term chunkStart[k].
 * info receives the number of terms and the number of chunks. */
EXPORT(transpose)
(int begin, int end, u32 batch, u32 cols, const u32 *rowStart, const u32 *columns, u32 chunkSize, u32 *counts, u32 *terms,
 u32 *termStart, u32 *entryRow, u32 *entryPos, u32 *chunkStart, u32 *info) {
  u32 entries = rowStart[batch], termCount = 0, chunkCount = 0, at = 0, chunkEnd = 0;
  (void)begin, (void)end;
  for (u32 e = 0; e < entries; e++) counts[columns[e]]++;
  for (u32 c = 0; c < cols; c++) {
    u32 count = counts[c];
    if (!count) continue;
    if (at >= chunkEnd) chunkStart[chunkCount++] = termCount, chunkEnd = at + chunkSize;
    terms[termCount] = c;
    termStart[termCount++] = at;
    counts[c] = at;
    at += count;
  }
  termStart[termCount] = at;
  chunkStart[chunkCount] = termCount;
  for (u32 b = 0; b < batch; b++) {
    for (u32 e = rowStart[b]; e < rowStart[b + 1]; e++) {
      u32 i = counts[columns[e]]++;
      entryRow[i] = b;
      entryPos[i] = e;
    }
  }
  for (u32 t = 0; t < termCount; t++) counts[terms[t]] = 0;
  info[0] = termCount;
  info[1] = chunkCount;
}

/* out[i] = values[position[i]] */
EXPORT(permute)
(int begin, int end, float *out, const float *values, const u32 *position, u32 count) {
  (void)begin, (void)end;
  for (u32 i = 0; i < count; i++) out[i] = values[position[i]];
}

/* Dense activations (batch x width panels, `cols` true units) to CSR, exact zeros left out; with all != 0 every
 * entry is kept. Ascending within a row. */
EXPORT(compress)
(int begin, int end, const float *X, u32 batch, int width, int cols, int all, u32 *outStart, u32 *outColumns,
 float *outValues) {
  u32 n = 0;
  (void)begin, (void)end;
  outStart[0] = 0;
  for (u32 b = 0; b < batch; b++) {
    for (int p = 0; p * PANEL < cols; p++) {
      int w = panel_width(p, width);
      const float *x = X + panel_start(p, batch) + (u64)b * (u32)w;
      int stop = cols - p * PANEL < w ? cols - p * PANEL : w;
      for (int c = 0; c < stop; c++) {
        outColumns[n] = (u32)(p * PANEL + c);
        outValues[n] = x[c];
        n += all | (x[c] != 0.0f);
      }
    }
    outStart[b + 1] = n;
  }
}

/** The minibatch kernels (minibatch.c) in plain TypeScript: corruption, assembly, transposition, compression. */
import { threefry2x32 } from '../random.ts';
import type { Arena } from './arena.ts';
import { type Kernels, PANEL, panelIndex, panelWidth } from './ops.ts';

type MinibatchKernels = Pick<Kernels, 'corrupt' | 'assemble' | 'transpose' | 'permute' | 'compress'>;

export function referenceMinibatch(arena: Arena): MinibatchKernels {
  const f32 = (): Float32Array => new Float32Array(arena.memory.buffer);
  const u32 = (): Uint32Array => new Uint32Array(arena.memory.buffer);
  const words = new Uint32Array(2);

  return {
    corrupt(
      _begin,
      _end,
      batch,
      rowStart,
      columns,
      values,
      reviewIndex,
      dropThreshold,
      key0,
      key1,
      saltTable,
      saltSize,
      saltKey0,
      saltKey1,
      cols,
      _mark,
      outStart,
      outColumns,
      outValues,
    ) {
      const [F, U] = [f32(), u32()];
      let n = 0;
      const put = (column: number, value: number): void => {
        U[outColumns / 4 + n] = column;
        if (values) F[outValues / 4 + n] = value;
        n++;
      };
      U[outStart / 4] = 0;
      for (let b = 0; b < batch; b++) {
        const [from, to] = [U[rowStart / 4 + b], U[rowStart / 4 + b + 1]];
        const review = U[reviewIndex / 4 + b];
        for (let e = from; e < to; e++) {
          threefry2x32(key0, key1, (e - from) >> 1, review, words);
          if (words[(e - from) % 2] >= dropThreshold) put(U[columns / 4 + e], values ? F[values / 4 + e] : 1);
        }
        if (saltSize) {
          const taken = new Set(U.subarray(columns / 4 + from, columns / 4 + to));
          threefry2x32(saltKey0, saltKey1, 0xffffffff, review, words);
          const table = U.subarray(saltTable / 4, saltTable / 4 + saltSize);
          const first = table.findIndex((threshold) => words[0] < threshold);
          const drawn = first < 0 ? saltSize : first;
          for (let i = 0; i < drawn; i++) {
            threefry2x32(saltKey0, saltKey1, i, review, words);
            const column = Math.floor((words[0] * cols) / 0x1_0000_0000);
            if (taken.has(column)) continue;
            taken.add(column);
            put(column, 1);
          }
        }
        U[outStart / 4 + b + 1] = n;
      }
    },

    assemble(
      _begin,
      _end,
      batch,
      rowStart,
      columns,
      values,
      noisyStart,
      noisyColumns,
      terms,
      blockWeight,
      count,
      blockWidth,
      scale,
      _place,
      target,
      weight,
      outStart,
      outColumns,
      outTarget,
    ) {
      const [F, U] = [f32(), u32()];
      const place = new Map(Array.from({ length: count }, (_, s) => [U[terms / 4 + s], s]));
      let n = 0;
      if (outStart) U[outStart / 4] = 0;
      for (let b = 0; b < batch; b++) {
        const at = (s: number): number => panelIndex(b, s, batch, blockWidth);
        for (let s = 0; s < blockWidth; s++) {
          F[target / 4 + at(s)] = 0;
          F[weight / 4 + at(s)] = s < count ? F[blockWeight / 4 + s] : 0;
        }
        const listed = new Set<number>();
        const put = (column: number, x: number): void => {
          const s = place.get(column);
          if (s !== undefined) {
            if (x !== 0) F[target / 4 + at(s)] = x;
            if (outStart) F[weight / 4 + at(s)] = 1;
          } else if (outStart && !listed.has(column)) {
            listed.add(column);
            U[outColumns / 4 + n] = column;
            F[outTarget / 4 + n++] = x;
          }
        };
        for (let e = U[rowStart / 4 + b]; e < U[rowStart / 4 + b + 1]; e++) {
          put(U[columns / 4 + e], (values ? F[values / 4 + e] : 1) * scale);
        }
        if (!outStart) continue;
        for (let e = U[noisyStart / 4 + b]; e < U[noisyStart / 4 + b + 1]; e++) {
          put(U[noisyColumns / 4 + e], 0);
        }
        U[outStart / 4 + b + 1] = n;
      }
    },

    transpose(
      _begin,
      _end,
      batch,
      cols,
      rowStart,
      columns,
      chunkSize,
      _counts,
      terms,
      termStart,
      entryRow,
      entryPos,
      chunkStart,
      info,
    ) {
      const U = u32();
      const byTerm = new Map<number, [row: number, position: number][]>();
      for (let b = 0; b < batch; b++) {
        for (let e = U[rowStart / 4 + b]; e < U[rowStart / 4 + b + 1]; e++) {
          const term = U[columns / 4 + e];
          if (term >= cols) throw new RangeError(`column ${term} of ${cols}`);
          const list = byTerm.get(term) ?? [];
          list.push([b, e]);
          byTerm.set(term, list);
        }
      }
      let [at, chunks, chunkEnd, t] = [0, 0, 0, 0];
      for (const term of [...byTerm.keys()].sort((a, b) => a - b)) {
        if (at >= chunkEnd) {
          U[chunkStart / 4 + chunks++] = t;
          chunkEnd = at + chunkSize;
        }
        U[terms / 4 + t] = term;
        U[termStart / 4 + t++] = at;
        for (const [row, position] of byTerm.get(term)!) {
          U[entryRow / 4 + at] = row;
          U[entryPos / 4 + at++] = position;
        }
      }
      U[termStart / 4 + t] = at;
      U[chunkStart / 4 + chunks] = t;
      U[info / 4] = t;
      U[info / 4 + 1] = chunks;
    },

    permute(_begin, _end, out, values, position, count) {
      const [F, U] = [f32(), u32()];
      for (let i = 0; i < count; i++) F[out / 4 + i] = F[values / 4 + U[position / 4 + i]];
    },

    compress(_begin, _end, X, batch, width, cols, all, outStart, outColumns, outValues) {
      const [F, U] = [f32(), u32()];
      let n = 0;
      U[outStart / 4] = 0;
      for (let b = 0; b < batch; b++) {
        for (let c = 0; c < cols; c++) {
          const p = Math.floor(c / PANEL);
          const x = F[X / 4 + p * PANEL * batch + b * panelWidth(p, width) + (c % PANEL)];
          if (x === 0 && !all) continue;
          U[outColumns / 4 + n] = c;
          F[outValues / 4 + n++] = x;
        }
        U[outStart / 4 + b + 1] = n;
      }
    },
  };
}

/**
 * The kernels in plain TypeScript, float64 inside and rounded once on storing: what each kernel means, to be read and
 * to be compared with. Never fast, never deleted. The shapes are described in the C sources, under the same names.
 */
import { threefry2x32 } from '../random.ts';
import type { Arena } from './arena.ts';
import { type Kernels, PANEL, panelIndex, panelWidth, stateSize } from './ops.ts';
import { activationOf, derivativeOf, optimizerStep as step } from './reference-functions.ts';
import { referenceMinibatch } from './reference-minibatch.ts';
import { referenceReconstruction } from './reference-reconstruction.ts';

export function referenceKernels(arena: Arena): Kernels {
  const f32 = (): Float32Array => new Float32Array(arena.memory.buffer);
  const u32 = (): Uint32Array => new Uint32Array(arena.memory.buffer);

  /** Calls body(index of the element, its column) for the elements of the panels begin to end of one row. */
  const eachColumn = (
    begin: number,
    end: number,
    rows: number,
    width: number,
    row: number,
    body: (index: number, column: number) => void,
  ): void => {
    for (let p = begin; p < end; p++) {
      const w = panelWidth(p, width);
      for (let c = 0; c < w; c++) body(p * PANEL * rows + row * w + c, p * PANEL + c);
    }
  };

  return {
    ...referenceMinibatch(arena),
    ...referenceReconstruction(arena),

    rows_sum(begin, end, out, batch, W, rows, width, bias, rowStart, columns, values) {
      const [F, U] = [f32(), u32()];
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          const p = Math.floor(column / PANEL);
          let sum = bias ? F[bias / 4 + column] : 0;
          for (let e = U[rowStart / 4 + b]; e < U[rowStart / 4 + b + 1]; e++) {
            const row = U[columns / 4 + e];
            const w = F[W / 4 + p * PANEL * rows + row * panelWidth(p, width) + (column % PANEL)];
            sum += (values ? F[values / 4 + e] : 1) * w;
          }
          F[out / 4 + at] = sum;
        });
      }
    },

    dense_product(begin, end, out, batch, W, rows, width, bias, X, xWidth, accumulate) {
      const F = f32();
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          let sum = accumulate ? F[out / 4 + at] : bias ? F[bias / 4 + column] : 0;
          for (let k = 0; k < rows; k++) {
            sum += F[X / 4 + panelIndex(b, k, batch, xWidth)] * F[W / 4 + panelIndex(k, column, rows, width)];
          }
          F[out / 4 + at] = sum;
        });
      }
    },

    rows_dot(begin, end, partial, entries, W, rows, width, X, batch, termCount, terms, termStart, entryRow) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        const w = panelWidth(p, width);
        for (let t = 0; t < termCount; t++) {
          const row = W / 4 + p * PANEL * rows + U[terms / 4 + t] * w;
          for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
            const x = X / 4 + p * PANEL * batch + U[entryRow / 4 + e] * w;
            let sum = 0;
            for (let c = 0; c < w; c++) sum += F[row + c] * F[x + c];
            F[partial / 4 + p * entries + e] = sum;
          }
        }
      }
    },

    rows_update(
      begin,
      end,
      W,
      rows,
      width,
      X,
      batch,
      termCount,
      terms,
      termStart,
      entryRow,
      coef,
      dX,
      kind,
      state,
      param,
    ) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        const w = panelWidth(p, width);
        for (let t = 0; t < termCount; t++) {
          const g = new Array<number>(w).fill(0);
          const term = U[terms / 4 + t];
          const row = W / 4 + p * PANEL * rows + term * w;
          for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
            const at = p * PANEL * batch + U[entryRow / 4 + e] * w;
            const coefficient = coef ? F[coef / 4 + e] : 1;
            for (let c = 0; c < w; c++) {
              if (dX) F[dX / 4 + at + c] += coefficient * F[row + c];
              g[c] += coefficient * F[X / 4 + at + c];
            }
          }
          const stateAt = state / 4 + p * rows * stateSize(kind, PANEL) + term * stateSize(kind, w);
          step(F, w, row, g, stateAt, kind, param);
        }
      }
    },

    bias_update(begin, end, bias, dZ, batch, width, kind, state, param) {
      const F = f32();
      for (let p = begin; p < end; p++) {
        const w = panelWidth(p, width);
        const g = new Array<number>(w).fill(0);
        for (let b = 0; b < batch; b++) {
          for (let c = 0; c < w; c++) g[c] += F[dZ / 4 + p * PANEL * batch + b * w + c];
        }
        step(F, w, bias / 4 + p * PANEL, g, state / 4 + p * stateSize(kind, PANEL), kind, param);
      }
    },

    scatter_sum(
      begin,
      end,
      chunkStart,
      out,
      batch,
      width,
      partial,
      entries,
      panels,
      terms,
      termStart,
      entryRow,
      accumulate,
    ) {
      const [F, U] = [f32(), u32()];
      for (let t = U[chunkStart / 4 + begin]; t < U[chunkStart / 4 + end]; t++) {
        const column = U[terms / 4 + t];
        const p = Math.floor(column / PANEL);
        for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
          const at =
            out / 4 + p * PANEL * batch + U[entryRow / 4 + e] * panelWidth(p, width) + (column % PANEL);
          let sum = accumulate ? F[at] : 0;
          for (let q = 0; q < panels; q++) sum += F[partial / 4 + q * entries + e];
          F[at] = sum;
        }
      }
    },

    activate(begin, end, Z, H, batch, width, cols, kind, alpha, negateFrom) {
      const F = f32();
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          const sign = column < negateFrom ? 1 : -1;
          F[H / 4 + at] = column < cols ? sign * activationOf(F[Z / 4 + at], kind, alpha) : 0;
        });
      }
    },

    activate_backward(begin, end, dH, Z, H, batch, width, cols, kind, alpha, negateFrom, l1) {
      const F = f32();
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          const g = F[dH / 4 + at] + l1 * Math.sign(F[H / 4 + at]);
          const sign = column < negateFrom ? 1 : -1;
          F[dH / 4 + at] = column < cols ? g * sign * derivativeOf(F[Z / 4 + at], kind, alpha) : 0;
        });
      }
    },

    dropout(begin, end, X, batch, width, threshold, key0, key1) {
      const F = f32();
      const words = new Uint32Array(2);
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          threefry2x32(key0, key1, column - (column % 4), b, words);
          const word = words[(column % 4) >> 1];
          const bits = column % 2 ? word >>> 16 : word & 0xffff;
          F[X / 4 + at] = bits < threshold ? 0 : F[X / 4 + at] * (65536 / (65536 - threshold));
        });
      }
    },

    fill_uniform(begin, end, W, rows, width, cols, key0, key1, bound) {
      const F = f32();
      const words = new Uint32Array(2);
      for (let r = 0; r < rows; r++) {
        eachColumn(begin, end, rows, width, r, (at, column) => {
          const counter = r * cols + column;
          const pair = Math.floor(counter / 2);
          threefry2x32(key0, key1, pair % 0x1_0000_0000, Math.floor(pair / 0x1_0000_0000), words);
          F[W / 4 + at] = column < cols ? (2 * (words[counter % 2] / 0x1_0000_0000) - 1) * bound : 0;
        });
      }
    },

    column_max(begin, end, most, H, batch, width) {
      const F = f32();
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          F[most / 4 + column] = Math.max(F[most / 4 + column], Math.abs(F[H / 4 + at]));
        });
      }
    },
  };
}

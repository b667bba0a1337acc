/**
 * The kernels in plain TypeScript, float64 inside and rounded once on storing: what each kernel means, to be read and
 * to be compared with. Never fast, never deleted. The shapes are described in the C sources, under the same names.
 */
import { threefry2x32 } from '../random.ts';
import type { Arena } from './arena.ts';
import { type Kernels, OPTIMIZER_CODE, PANEL, panelWidth } from './ops.ts';
import { activationOf, derivativeOf, reconstructionCost } from './reference-functions.ts';
import { referenceMinibatch } from './reference-minibatch.ts';

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

  /** The optimizers: see `step` in rows.c. Moves weights[at + i] by the gradient g, i < n. */
  const step = (
    F: Float32Array,
    n: number,
    at: number,
    g: number[],
    state: number,
    kind: number,
    param: number,
  ): void => {
    const [rate, beta1, beta2, epsilon, decay, correction1, correction2] = F.subarray(
      param / 4,
      param / 4 + 7,
    );
    for (let i = 0; i < n; i++) g[i] += decay * F[at + i];
    if (kind === OPTIMIZER_CODE.adagrad) {
      F[state] += g.reduce((sum, x) => sum + x * x, 0) / n;
      for (let i = 0; i < n; i++) F[at + i] -= (rate / (Math.sqrt(F[state]) + epsilon)) * g[i];
    } else if (kind === OPTIMIZER_CODE.adam) {
      for (let i = 0; i < n; i++) {
        F[state + i] = beta1 * F[state + i] + (1 - beta1) * g[i];
        F[state + n + i] = beta2 * F[state + n + i] + (1 - beta2) * g[i] * g[i];
        const root = Math.sqrt(F[state + n + i] * correction2);
        F[at + i] -= (rate * F[state + i] * correction1) / (root + epsilon);
      }
    } else {
      for (let i = 0; i < n; i++) {
        F[state + i] = beta1 * F[state + i] + g[i];
        F[at + i] -= rate * F[state + i];
      }
    }
  };
  const stateSize = (kind: number, n: number): number =>
    kind === OPTIMIZER_CODE.adagrad ? 1 : kind === OPTIMIZER_CODE.adam ? 2 * n : n;

  return {
    ...referenceMinibatch(arena),

    rows_sum(begin, end, out, batch, W, rows, width, bias, rowStart, columns, values, accumulate) {
      const [F, U] = [f32(), u32()];
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          const p = Math.floor(column / PANEL);
          let sum = accumulate ? F[out / 4 + at] : bias ? F[bias / 4 + column] : 0;
          for (let e = U[rowStart / 4 + b]; e < U[rowStart / 4 + b + 1]; e++) {
            const row = U[columns / 4 + e];
            const w = F[W / 4 + p * PANEL * rows + row * panelWidth(p, width) + (column % PANEL)];
            sum += (values ? F[values / 4 + e] : 1) * w;
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
      kind,
      state,
      param,
    ) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        const w = panelWidth(p, width);
        for (let t = 0; t < termCount; t++) {
          const g = new Array<number>(w).fill(0);
          for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
            const x = X / 4 + p * PANEL * batch + U[entryRow / 4 + e] * w;
            for (let c = 0; c < w; c++) g[c] += (coef ? F[coef / 4 + e] : 1) * F[x + c];
          }
          const row = U[terms / 4 + t];
          const stateAt = state / 4 + p * rows * stateSize(kind, PANEL) + row * stateSize(kind, w);
          step(F, w, W / 4 + p * PANEL * rows + row * w, g, stateAt, kind, param);
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
    ) {
      const [F, U] = [f32(), u32()];
      for (let t = U[chunkStart / 4 + begin]; t < U[chunkStart / 4 + end]; t++) {
        const column = U[terms / 4 + t];
        const p = Math.floor(column / PANEL);
        for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
          let sum = 0;
          for (let q = 0; q < panels; q++) sum += F[partial / 4 + q * entries + e];
          F[out / 4 + p * PANEL * batch + U[entryRow / 4 + e] * panelWidth(p, width) + (column % PANEL)] =
            sum;
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

    column_max(begin, end, most, H, batch, width) {
      const F = f32();
      for (let b = 0; b < batch; b++) {
        eachColumn(begin, end, batch, width, b, (at, column) => {
          F[most / 4 + column] = Math.max(F[most / 4 + column], Math.abs(F[H / 4 + at]));
        });
      }
    },

    reconstruct(
      begin,
      end,
      chunkStart,
      partial,
      entries,
      panels,
      terms,
      termStart,
      entryPos,
      target,
      weight,
      bias,
      biasState,
      strategy,
      factor,
      kind,
      param,
      delta,
      deltaByRow,
      costs,
    ) {
      const [F, U] = [f32(), u32()];
      for (let k = begin; k < end; k++) {
        let cost = 0;
        for (let t = U[chunkStart / 4 + k]; t < U[chunkStart / 4 + k + 1]; t++) {
          const term = U[terms / 4 + t];
          let g = 0;
          for (let e = U[termStart / 4 + t]; e < U[termStart / 4 + t + 1]; e++) {
            let f = F[bias / 4 + term];
            for (let q = 0; q < panels; q++) f += F[partial / 4 + q * entries + e];
            const at = U[entryPos / 4 + e];
            const one = reconstructionCost(f, F[target / 4 + at], strategy);
            cost += F[weight / 4 + at] * one.cost;
            const d = F[weight / 4 + at] * factor * one.derivative;
            F[delta / 4 + e] = d;
            F[deltaByRow / 4 + at] = d;
            g += d;
          }
          // One weight without decay: `step` on a row of one.
          const held = F[param / 4 + 4];
          F[param / 4 + 4] = 0;
          step(
            F,
            1,
            bias / 4 + term,
            [g],
            biasState / 4 + term * (kind === OPTIMIZER_CODE.adam ? 2 : 1),
            kind,
            param,
          );
          F[param / 4 + 4] = held;
        }
        F[costs / 4 + k] = cost;
      }
    },
  };
}

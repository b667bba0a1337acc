/** The reconstruction kernels (reconstruction.c, block.c) in plain TypeScript. */
import type { Arena } from './arena.ts';
import { type Kernels, PANEL, panelIndex, panelWidth, stateSize } from './ops.ts';
import { optimizerStep, reconstructionCost } from './reference-functions.ts';

type ReconstructionKernels = Pick<
  Kernels,
  'reconstruct' | 'reconstruct_block' | 'gather_block' | 'scatter_block'
>;

export function referenceReconstruction(arena: Arena): ReconstructionKernels {
  const f32 = (): Float32Array => new Float32Array(arena.memory.buffer);
  const u32 = (): Uint32Array => new Uint32Array(arena.memory.buffer);

  /** One bias moves along its gradient; biases never decay. */
  const stepBias = (
    F: Float32Array,
    bias: number,
    state: number,
    term: number,
    g: number,
    kind: number,
    param: number,
  ): void => {
    const held = F[param / 4 + 4];
    F[param / 4 + 4] = 0;
    const stateAt = state / 4 + term * stateSize(kind, 1);
    optimizerStep(F, 1, bias / 4 + term, [g], stateAt, kind, param);
    F[param / 4 + 4] = held;
  };

  return {
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
      bias,
      biasState,
      strategy,
      factor,
      kind,
      param,
      delta,
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
            cost += one.cost;
            const d = factor * one.derivative;
            F[delta / 4 + e] = d;
            g += d;
          }
          stepBias(F, bias, biasState, term, g, kind, param);
        }
        F[costs / 4 + k] = cost;
      }
    },

    reconstruct_block(
      begin,
      end,
      X,
      batch,
      blockWidth,
      count,
      terms,
      target,
      weight,
      bias,
      biasState,
      strategy,
      factor,
      kind,
      param,
      costs,
    ) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        let cost = 0;
        for (let c = 0; c < panelWidth(p, blockWidth); c++) {
          const s = p * PANEL + c;
          const term = U[terms / 4 + s];
          let g = 0;
          for (let b = 0; b < batch; b++) {
            const at = panelIndex(b, s, batch, blockWidth);
            const f = F[X / 4 + at] + (s < count ? F[bias / 4 + term] : 0);
            const one = reconstructionCost(f, F[target / 4 + at], strategy);
            const w = F[weight / 4 + at];
            cost += w * one.cost;
            const d = w * factor * one.derivative;
            F[X / 4 + at] = d;
            g += d;
          }
          if (s < count) stepBias(F, bias, biasState, term, g, kind, param);
        }
        F[costs / 4 + p] = cost;
      }
    },

    gather_block(begin, end, T, blockWidth, W, rows, width, terms, count) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        for (let c = p * PANEL; c < p * PANEL + panelWidth(p, width); c++) {
          for (let s = 0; s < blockWidth; s++) {
            F[T / 4 + panelIndex(c, s, width, blockWidth)] =
              s < count ? F[W / 4 + panelIndex(U[terms / 4 + s], c, rows, width)] : 0;
          }
        }
      }
    },

    scatter_block(
      begin,
      end,
      W,
      rows,
      width,
      terms,
      count,
      G,
      blockWidth,
      units,
      unitCount,
      kind,
      state,
      param,
    ) {
      const [F, U] = [f32(), u32()];
      for (let p = begin; p < end; p++) {
        const w = panelWidth(p, width);
        for (let s = 0; s < count; s++) {
          const g = new Array<number>(w).fill(0);
          for (let i = 0; i < unitCount; i++) {
            const c = U[units / 4 + i] - p * PANEL;
            if (c >= 0 && c < w) g[c] = F[G / 4 + panelIndex(i, s, unitCount, blockWidth)];
          }
          const term = U[terms / 4 + s];
          const stateAt = state / 4 + p * rows * stateSize(kind, PANEL) + term * stateSize(kind, w);
          optimizerStep(F, w, W / 4 + panelIndex(term, p * PANEL, rows, width), g, stateAt, kind, param);
        }
      }
    },
  };
}

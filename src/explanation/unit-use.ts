/** Reviews run through the network to look at its hidden units: how often each is active, and how strongly. */
import type { Engine } from '../kernels/engine.ts';
import { panelIndex } from '../kernels/ops.ts';
import { forward, type Workspace } from '../network/forward.ts';
import type { Matrix } from '../network/matrix.ts';
import type { Network } from '../network/network.ts';
import type { CsrMatrix } from '../sparse/csr.ts';

/** What computes: scratch memory for minibatches, and the network. */
export interface Instruments {
  readonly engine: Engine;
  readonly network: Network;
  readonly space: Workspace;
}

/**
 * Runs all rows of x through the network, minibatch by minibatch.
 * @param visit is called while rows `at` to `at + size - 1` are in the workspace
 */
export function runRows(
  { engine, network, space }: Instruments,
  x: CsrMatrix,
  visit: (at: number, size: number) => void,
): void {
  for (let at = 0; at < x.rows; at += space.capacity) {
    const size = Math.min(space.capacity, x.rows - at);
    space.input.load(
      x,
      Uint32Array.from({ length: size }, (_, i) => at + i),
    );
    forward(engine, network, space);
    visit(at, size);
  }
}

/** An entry of a matrix that holds a minibatch of `size` rows. */
export function batchEntry(matrix: Matrix, size: number, row: number, column: number): number {
  return matrix.data[panelIndex(row, column, size, matrix.width)];
}

interface LayerUse {
  /** Per unit, summed over reviews: their weights where it is active, and the magnitudes of its output. */
  readonly active: Float64Array;
  readonly output: Float64Array;
}

export class UnitUse {
  readonly layers: readonly LayerUse[];
  private readonly leaky: boolean;
  private total = 0;

  constructor(network: Network) {
    this.leaky = network.activation === 'leaky';
    this.layers = network.layers.map(({ weights: { cols } }) => ({
      active: new Float64Array(cols),
      output: new Float64Array(cols),
    }));
  }

  /** @param weightOf how often each row of the minibatch counts */
  add(space: Workspace, size: number, weightOf: (row: number) => number): void {
    this.layers.forEach(({ active, output }, l) => {
      const { h, z } = space.layers[l];
      for (let unit = 0; unit < active.length; unit++) {
        for (let row = 0; row < size; row++) {
          const value = batchEntry(h, size, row, unit);
          // A leaky unit is never silent: it counts as active above its kink.
          if (value === 0 || (this.leaky && batchEntry(z, size, row, unit) <= 0)) continue;
          active[unit] += weightOf(row);
          output[unit] += weightOf(row) * Math.abs(value);
        }
      }
    });
    for (let row = 0; row < size; row++) this.total += weightOf(row);
  }

  /** Share of the reviews in which a unit is active, 0 to 1. */
  activeShare(layer: number, unit: number): number {
    return this.layers[layer].active[unit] / Math.max(this.total, 1);
  }

  /** Mean magnitude of a unit's output. */
  meanOutput(layer: number, unit: number): number {
    return this.layers[layer].output[unit] / Math.max(this.total, 1);
  }

  /** Units that were never active, from 0. */
  dead(layer: number): number[] {
    const { active } = this.layers[layer];
    return Array.from(active.keys()).filter((unit) => active[unit] === 0);
  }

  /** The units that were active most often, and of those the ones with the largest outputs. */
  mostUsed(layer: number, count: number): number[] {
    const { active, output } = this.layers[layer];
    return Array.from(active.keys())
      .filter((unit) => active[unit] > 0)
      .sort((a, b) => active[b] - active[a] || output[b] - output[a] || a - b)
      .slice(0, count);
  }
}

/** Random networks and minibatches, both as the engine takes them and as the dense model does. */
import { afterEach, beforeEach, expect } from 'vitest';
import type { Engine } from '../../src/kernels/engine.ts';
import { applyDropout, type Dropout } from '../../src/network/forward.ts';
import type { Head, RatingTarget } from '../../src/network/heads.ts';
import { createMatrix, toRowMajor } from '../../src/network/matrix.ts';
import { exportLayer, importLayer, type Layer, type Network } from '../../src/network/network.ts';
import { RandomStream } from '../../src/random.ts';
import { type CsrMatrix, toDense } from '../../src/sparse/csr.ts';
import {
  type Activation,
  type DenseLayer,
  type DenseNetwork,
  denseForward,
  kinkOf,
  type Minibatch,
} from './dense-model.ts';

export interface Shape {
  readonly rows: number;
  readonly inputs: number;
  readonly hidden: readonly number[];
}

export const activations: readonly Omit<Activation, 'negateHalf'>[] = [
  { activation: 'rectifier', alpha: 1 },
  { activation: 'softplus', alpha: 1 },
  { activation: 'softplus', alpha: 3 },
  { activation: 'tanh', alpha: 1 },
  { activation: 'sigmoid', alpha: 1 },
  { activation: 'leaky', alpha: 1 },
  { activation: 'lif', alpha: 1 },
];

/** Gives back what each test takes from the engine's arena. */
export function emptyAfterEach(engine: Engine): void {
  let mark = 0;
  beforeEach(() => {
    mark = engine.arena.mark();
  });
  afterEach(() => {
    engine.arena.release(mark);
  });
}

/** rows x cols, about a third of it non-zero; row 1 is empty; all ones when binary. */
export function randomCsr(rows: number, cols: number, binary: boolean, stream: RandomStream): CsrMatrix {
  const rowStart = new Uint32Array(rows + 1);
  const columns: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      if (r !== 1 && stream.uniform(r * cols + c) < 0.35) columns.push(c);
    }
    rowStart[r + 1] = columns.length;
  }
  const values = binary
    ? null
    : Float32Array.from(columns, (_, e) => 0.2 + 1.5 * stream.split('values').uniform(e));
  return { rows, cols, rowStart, columns: Uint32Array.from(columns), values };
}

function randomLayer(inputs: number, units: number, shift: number, stream: RandomStream): DenseLayer {
  const bound = Math.sqrt(9 / inputs);
  const uniform = (n: number, name: string): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => Math.fround(2 * stream.split(name).uniform(i) - 1));
  return {
    inputs,
    units,
    weights: uniform(inputs * units, 'weights').map((w) => Math.fround(w * bound)),
    bias: uniform(units, 'bias').map((b) => Math.fround(0.5 * b + shift)),
  };
}

export function randomNetwork(
  settings: Activation,
  shape: Shape,
  outputs: number,
  stream: RandomStream,
): DenseNetwork {
  const widths = [shape.inputs, ...shape.hidden, outputs];
  // A leaky integrate-and-fire unit is silent below 1.
  const shift = settings.activation === 'lif' ? 1.5 : 0;
  const layers = widths
    .slice(1)
    .map((units, i) =>
      randomLayer(widths[i], units, i < shape.hidden.length ? shift : 0, stream.split('l', i)),
    );
  return { ...settings, layers: layers.slice(0, -1), head: layers[layers.length - 1] };
}

/** The least distance of a pre-activation from the place where the cost has no derivative. */
export function distanceFromKink(network: DenseNetwork, batch: Minibatch): number {
  const kink = kinkOf(network);
  return denseForward(network, batch.x, batch.rows, batch.masks)
    .z.flatMap((z) => [...z])
    .reduce((least, z) => Math.min(least, Math.abs(z - kink)), Number.POSITIVE_INFINITY);
}

export function placeLayer(engine: Engine, { inputs, units, weights, bias }: DenseLayer): Layer {
  return importLayer(engine.arena, {
    inputs,
    units,
    weights: Float32Array.from(weights),
    bias: Float32Array.from(bias),
  });
}

export function placeNetwork(engine: Engine, network: DenseNetwork): Network {
  const { activation, alpha, negateHalf } = network;
  const layers = network.layers.map((layer) => placeLayer(engine, layer));
  const head = placeLayer(engine, network.head);
  return { inputs: [...network.layers, network.head][0].inputs, layers, head, activation, alpha, negateHalf };
}

/** Weights and biases in the order of the dense model's parametersOf. */
export function engineParameters(network: Network): Float32Array[] {
  return [...network.layers, network.head].map(exportLayer).flatMap(({ weights, bias }) => [weights, bias]);
}

/** The masks that the engine draws, by letting it drop from ones. */
export function masksOf(
  engine: Engine,
  rows: number,
  hidden: readonly number[],
  dropout?: Dropout,
): (Float64Array | null)[] {
  return hidden.map((units, i) => {
    if (!dropout) return null;
    const ones = createMatrix(engine.arena, rows, units);
    ones.data.fill(1);
    applyDropout(engine, ones, rows, dropout, i);
    return Float64Array.from(toRowMajor(ones));
  });
}

/** Ratings on the levels 1 to `levels` and between them; the first is a level, the last the highest. */
export function randomTargets(
  kind: Head['kind'],
  rows: number,
  levels: number,
  stream: RandomStream,
): { head: Head; targets: RatingTarget; dense: Float64Array } {
  const head: Head = {
    kind,
    levels: Array.from({ length: levels }, (_, k) => k + 1),
    mean: 3.1,
    std: 1.4,
  };
  const targets: RatingTarget = {
    low: new Uint32Array(rows),
    high: new Uint32Array(rows),
    weightHigh: new Float64Array(rows),
    standardised: new Float64Array(rows),
  };
  const dense = new Float64Array(rows * (kind === 'softmax' ? levels : 1));
  for (let r = 0; r < rows; r++) {
    const rating =
      r === 0 ? 2 : r === rows - 1 ? levels : 1 + Math.floor((levels - 1) * 8 * stream.uniform(r)) / 8;
    const low = Math.min(Math.floor(rating), levels);
    const share = rating - low;
    targets.low[r] = low - 1;
    targets.high[r] = share > 0 ? low : low - 1;
    targets.weightHigh[r] = share > 0 ? share : 1;
    targets.standardised[r] = (rating - head.mean) / head.std;
    if (kind === 'linear') dense[r] = targets.standardised[r];
    else {
      dense[r * levels + low - 1] = 1 - share;
      if (share > 0) dense[r * levels + low] = share;
    }
  }
  return { head, targets, dense };
}

export interface Case {
  readonly network: DenseNetwork;
  readonly x: CsrMatrix;
  readonly head: Head;
  readonly targets: RatingTarget;
  readonly batch: Minibatch;
  readonly dropout: Dropout | undefined;
}

/** A random case whose pre-activations all keep away from kinks, so that its cost has a derivative there. */
export function randomCase(
  engine: Engine,
  settings: Activation,
  shape: Shape,
  kind: Head['kind'],
  { l1 = 0, dropping = false, binary = false, away = 0.002, levels = 5 },
): Case {
  for (let seed = 1; seed < 2000; seed++) {
    const stream = RandomStream.fromSeed(seed).split('case');
    const network = randomNetwork(settings, shape, kind === 'softmax' ? levels : 1, stream.split('network'));
    const x = randomCsr(shape.rows, shape.inputs, binary, stream.split('x'));
    const { head, targets, dense } = randomTargets(kind, shape.rows, levels, stream.split('targets'));
    const dropout = dropping ? { probability: 0.4, stream: stream.split('minibatch') } : undefined;
    const masks = masksOf(engine, shape.rows, shape.hidden, dropout);
    const batch: Minibatch = { rows: shape.rows, x: toDense(x), kind, targets: dense, masks, l1 };
    if (distanceFromKink(network, batch) > away) return { network, x, head, targets, batch, dropout };
  }
  throw new Error('no case keeps away from the kinks');
}

/** The largest difference over the largest component. */
export function relativeError(got: readonly Float64Array[], wanted: readonly Float64Array[]): number {
  let [difference, largest] = [0, 0];
  expect(got.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  wanted.forEach((part, k) => {
    part.forEach((value, i) => {
      // Math.max keeps NaN: a gradient that is no number is an error that no bound allows.
      difference = Math.max(difference, Math.abs(got[k][i] - value));
      largest = Math.max(largest, Math.abs(value));
    });
  });
  expect(largest).toBeGreaterThan(1e-3);
  return difference / largest;
}

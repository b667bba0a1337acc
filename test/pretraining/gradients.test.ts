/**
 * The gradient of one denoising autoencoder, against TensorFlow.js' automatic differentiation (dense, float32) and
 * against central differences of a dense model (float64), for every reconstruction strategy; and the promise of sampled
 * reconstruction, that its cost and gradient are on average those of the full one.
 *
 * As for the network, one step of plain gradient descent with the learning rate 1 moves the weights by their gradient.
 * An error is the largest difference of a component, divided by the largest component of the gradient.
 */
import { describe, expect, test, vi } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { toRowMajor } from '../../src/network/matrix.ts';
import { createLayer } from '../../src/network/network.ts';
import { SparseBatch } from '../../src/network/sparse-batch.ts';
import { Autoencoder, type AutoencoderSettings } from '../../src/pretraining/autoencoder.ts';
import { Corruption } from '../../src/pretraining/corruption.ts';
import { RandomStream } from '../../src/random.ts';
import { type CsrMatrix, toDense } from '../../src/sparse/csr.ts';
import { emptyAfterEach, randomCsr, relativeError } from '../network/cases.ts';
import { finiteDifferences } from '../network/dense-model.ts';
import { costAndGradients } from '../network/tfjs.ts';
import {
  autoencoderCost,
  autoencoderParameters,
  autoencoderTensorCost,
  type DenseAutoencoder,
  distanceFromKink,
  type NoisyMinibatch,
} from './dense-autoencoder.ts';

const engine = createEngine();
emptyAfterEach(engine);

const settings: AutoencoderSettings = {
  activation: 'rectifier',
  alpha: 1,
  negateHalf: false,
  reconstruction: 'sigmoid',
  samples: 0,
  masking: 0,
  salt: 0,
  l1: 0,
  targetScale: 1,
  optimizer: { kind: 'sgd', learningRate: 1, momentum: 0, weightDecay: 0 },
};

function columnMeans(x: CsrMatrix): Float64Array {
  const dense = toDense(x);
  return Float64Array.from({ length: x.cols }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < x.rows; r++) sum += dense[r * x.cols + c];
    return sum / x.rows;
  });
}

/** An autoencoder over a matrix, with random weights that are not those with which training begins. */
class Trial {
  readonly x: CsrMatrix;
  readonly settings: AutoencoderSettings;
  readonly stream: RandomStream;
  readonly autoencoder: Autoencoder;
  private readonly batch: SparseBatch;
  private readonly start: Float32Array[];

  constructor(x: CsrMatrix, units: number, chosen: AutoencoderSettings, stream: RandomStream, biased = true) {
    this.x = x;
    this.settings = chosen;
    this.stream = stream;
    const encoder = createLayer(engine, x.cols, units, stream.split('encoder'));
    const bias = stream.split('bias');
    for (let u = 0; biased && u < units; u++) encoder.bias[u] = bias.uniform(u) - 0.4;
    // More room than rows, as in the last minibatch of an epoch.
    this.autoencoder = new Autoencoder(engine, encoder, x.rows + 2, chosen, columnMeans(x), stream);
    this.batch = new SparseBatch(engine, x.rows + 2, x.cols);
    this.start = this.raw.map((part) => part.slice());
  }

  private get raw(): Float32Array[] {
    const { encoder, decoder, decoderBias } = this.autoencoder;
    return [encoder.weights.data, encoder.bias, decoder.data, decoderBias];
  }

  get parameters(): Float64Array[] {
    const { encoder, decoder, decoderBias } = this.autoencoder;
    const bias = encoder.bias.slice(0, encoder.weights.cols);
    return [toRowMajor(encoder.weights), bias, toRowMajor(decoder), decoderBias].map((part) =>
      Float64Array.from(part),
    );
  }

  /** The cost per review and the gradient at the weights of the start, with the corruption and sample of a stream. */
  gradient(
    stream: RandomStream,
    rows = Array.from({ length: this.x.rows }, (_, r) => r),
  ): { cost: number; gradients: Float64Array[] } {
    this.raw.forEach((part, k) => {
      part.set(this.start[k]);
    });
    const before = this.parameters;
    this.batch.load(this.x, rows);
    const cost = this.autoencoder.train(this.batch, rows, stream) / rows.length;
    const after = this.parameters;
    this.raw.forEach((part, k) => {
      part.set(this.start[k]);
    });
    return {
      cost,
      gradients: before.map((part, k) => part.map((value, i) => value - after[k][i])),
    };
  }

  /** The same with the corruption of a stream, for the dense model. */
  dense(stream: RandomStream): { model: DenseAutoencoder; batch: NoisyMinibatch } {
    const { rows, cols } = this.x;
    const { masking, salt, targetScale, l1 } = this.settings;
    const reviews = Array.from({ length: rows }, (_, r) => r);
    this.batch.load(this.x, reviews);
    const corruption = new Corruption(engine, rows, cols, masking, salt);
    const { rowStart, columns, growingValues, binary } = corruption.draw(engine, this.batch, reviews, stream);
    const noisy = toDense({ rows, cols, rowStart, columns, values: binary ? null : growingValues.current });
    const [weights, bias, decoder, decoderBias] = this.parameters;
    const encoder = { inputs: cols, units: bias.length, weights, bias };
    return {
      model: { ...this.settings, encoder, decoder, decoderBias },
      batch: { rows, noisy, targets: toDense(this.x).map((value) => value * targetScale), l1 },
    };
  }
}

/** Text: binary rows. Codes: what a hidden layer gives, values from 0 to 1, here denser than text. */
const kinds = {
  text: (stream: RandomStream) => randomCsr(6, 14, true, stream),
  'weighted text': (stream: RandomStream) => randomCsr(6, 14, false, stream),
  codes: (stream: RandomStream) => {
    const x = randomCsr(6, 14, false, stream);
    return { ...x, values: x.values!.map((value) => value / 1.7) };
  },
};
const noises = {
  'no corruption': { masking: 0, salt: 0 },
  masking: { masking: 0.4, salt: 0 },
  'masking and salt': { masking: 0.4, salt: 0.15 },
};

/** A trial whose hidden units and reconstructions keep away from kinks under the corruption of its minibatch. */
function smoothTrial(
  matrixOf: (stream: RandomStream) => CsrMatrix,
  units: number,
  chosen: AutoencoderSettings,
  away = 0.002,
): { trial: Trial; minibatch: RandomStream } {
  for (let seed = 1; seed < 500; seed++) {
    const stream = RandomStream.fromSeed(seed);
    const place = engine.arena.mark();
    const trial = new Trial(matrixOf(stream.split('x')), units, chosen, stream.split('trial'));
    const minibatch = stream.split('minibatch');
    const { model, batch } = trial.dense(minibatch);
    if (distanceFromKink(model, batch) > away) return { trial, minibatch };
    engine.arena.release(place);
  }
  throw new Error('no case keeps away from the kinks');
}

function tensorGradients(model: DenseAutoencoder, batch: NoisyMinibatch) {
  const { inputs, units } = model.encoder;
  const shapes = [[inputs, units], [units], [inputs, units], [inputs]];
  const parameters = autoencoderParameters(model).map((values, k) => ({ values, shape: shapes[k] }));
  return costAndGradients(parameters, (...tensors) => autoencoderTensorCost(model, batch, tensors));
}

const BOUND = 5e-6;
const strategies = ['softplus', 'sigmoid', 'linear', 'rectifier'] as const;

describe.each(strategies)('reconstruction by %s', (reconstruction) => {
  describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('of %s', (kind) => {
    test.each(
      (Object.keys(noises) as (keyof typeof noises)[]).flatMap((noise) =>
        [0, 0.1].flatMap((l1) =>
          (['rectifier', 'tanh'] as const).map((activation) => ({ noise, l1, activation })),
        ),
      ),
    )(
      `has the gradient of the dense model within ${BOUND} ($noise, L1 $l1, $activation)`,
      ({ noise, l1, activation }) => {
        const targetScale = kind === 'weighted text' ? 1 / 1.7 : 1;
        const negateHalf = activation === 'tanh';
        const chosen = {
          ...settings,
          ...noises[noise],
          reconstruction,
          activation,
          negateHalf,
          l1,
          targetScale,
        };
        const { trial, minibatch } = smoothTrial(kinds[kind], 5, chosen);
        const { model, batch } = trial.dense(minibatch);
        const { cost, gradients } = trial.gradient(minibatch);
        const exact = autoencoderCost(model, batch);
        expect(Math.abs(cost / exact.reconstruction - 1)).toBeLessThan(BOUND);
        const differences = finiteDifferences(
          autoencoderParameters(model),
          () => autoencoderCost(model, batch).total,
        );
        expect(relativeError(gradients, differences)).toBeLessThan(BOUND);
        const tensors = tensorGradients(model, batch);
        expect(Math.abs(tensors.cost / exact.total - 1)).toBeLessThan(BOUND);
        expect(relativeError(gradients, tensors.gradients)).toBeLessThan(BOUND);
      },
    );
  });

  test(`over several panels of units and more than 2000 terms, has TensorFlow.js' gradient within ${BOUND}`, () => {
    const chosen = { ...settings, ...noises['masking and salt'], reconstruction, l1: 0.01 };
    const { trial, minibatch } = smoothTrial((stream) => randomCsr(5, 2100, true, stream), 70, chosen, 1e-5);
    const { model, batch } = trial.dense(minibatch);
    const { cost, gradients } = trial.gradient(minibatch);
    const tensors = tensorGradients(model, batch);
    expect(Math.abs(cost / autoencoderCost(model, batch).reconstruction - 1)).toBeLessThan(BOUND);
    expect(relativeError(gradients, tensors.gradients)).toBeLessThan(BOUND);
  });

  test.each([
    ['all entries and sampled zeros', true],
    ['sampled terms alone', false],
  ])(
    'by %s has on average the cost and the gradient of the full one: within 5 standard errors over 3000 draws',
    (_what, everyEntry) => {
      const noise = { masking: 0.5, salt: 0.1 };
      const x = randomCsr(4, 40, true, RandomStream.fromSeed(5));
      const stream = RandomStream.fromSeed(11);
      const full = new Trial(x, 3, { ...settings, ...noise, reconstruction, l1: 0.02 }, stream);
      const sampled = new Trial(x, 3, { ...full.settings, samples: 8, everyEntry }, stream);
      expect(sampled.parameters).toEqual(full.parameters);
      const draws = 3000;
      const flat = ({ cost, gradients }: { cost: number; gradients: Float64Array[] }): number[] => [
        cost,
        ...gradients.flatMap((part) => [...part]),
      ];
      const count = 1 + full.parameters.reduce((sum, { length }) => sum + length, 0);
      const sum = new Float64Array(count);
      const squares = new Float64Array(count);
      let spread = 0;
      for (let draw = 0; draw < draws; draw++) {
        // The same stream corrupts alike, so that the difference is the sampling's alone.
        const one = stream.split('draw', draw);
        const exact = flat(full.gradient(one));
        flat(sampled.gradient(one)).forEach((value, i) => {
          const difference = value - exact[i];
          sum[i] += difference;
          squares[i] += difference * difference;
          spread = Math.max(spread, Math.abs(difference));
        });
      }
      expect(spread).toBeGreaterThan(0.01);
      for (let i = 0; i < count; i++) {
        const mean = sum[i] / draws;
        const standardError = Math.sqrt((squares[i] / draws - mean * mean) / (draws - 1));
        expect(Math.abs(mean)).toBeLessThan(5 * standardError + 1e-6);
      }
    },
  );
});

test(`a tanh unit whose output is exactly zero (an empty review, no bias) gets its gradient within ${BOUND}`, () => {
  const stream = RandomStream.fromSeed(6);
  const x = randomCsr(6, 14, true, stream.split('x'));
  const trial = new Trial(x, 5, { ...settings, activation: 'tanh' }, stream, false);
  const { model, batch } = trial.dense(stream);
  const differences = finiteDifferences(
    autoencoderParameters(model),
    () => autoencoderCost(model, batch).total,
  );
  expect(relativeError(trial.gradient(stream).gradients, differences)).toBeLessThan(BOUND);
});

test('the words of a review, and those that the corruption adds, are reconstructed whatever is sampled', () => {
  const x = randomCsr(2, 60, true, RandomStream.fromSeed(3));
  const stream = RandomStream.fromSeed(4);
  const noise = { masking: 0.5, salt: 0.05, samples: 6 };
  const trial = new Trial(x, 3, { ...settings, ...noise, reconstruction: 'linear' }, stream);
  let added = 0;
  for (let draw = 0; draw < 200; draw++) {
    const one = stream.split('draw', draw);
    const { noisy, targets } = trial.dense(one).batch;
    const [, , , decoderBias] = trial.gradient(one).gradients;
    for (let c = 0; c < x.cols; c++) {
      const there = [c, x.cols + c].filter((i) => targets[i] !== 0 || noisy[i] !== 0);
      if (there.length === 0) continue;
      if (there.every((i) => targets[i] === 0)) added++;
      // 2 (f - x) of the rows where the term is; nothing but chance would make it exactly zero.
      expect(decoderBias[c]).not.toBe(0);
    }
    expect(decoderBias.filter((gradient) => gradient !== 0).length).toBeLessThan(50);
  }
  expect(added).toBeGreaterThan(100);
});

test('sampling as many terms as there are is the full reconstruction, to the byte', () => {
  const x = randomCsr(5, 40, true, RandomStream.fromSeed(5));
  const stream = RandomStream.fromSeed(11);
  const chosen = { ...settings, masking: 0.3, salt: 0.1 };
  const full = new Trial(x, 3, chosen, stream).gradient(stream);
  for (const samples of [40, 41, 1000]) {
    expect(new Trial(x, 3, { ...chosen, samples }, stream).gradient(stream)).toEqual(full);
  }
});

test(`many terms, which are gone through in parts, have the gradient of their reviews one by one within ${BOUND}`, () => {
  const x = randomCsr(8, 2600, true, RandomStream.fromSeed(5));
  const stream = RandomStream.fromSeed(11);
  const trial = new Trial(x, 1000, { ...settings, masking: 0.3, salt: 0.01, samples: 20 }, stream);
  const run = vi.spyOn(engine, 'run');
  /** And in how many parts. */
  const learn = (rows?: number[]) => {
    run.mockClear();
    const learned = trial.gradient(stream, rows);
    return { ...learned, parts: run.mock.calls.filter(([kernel]) => kernel === 'reconstruct').length };
  };
  const whole = learn();
  expect(whole.parts).toBeGreaterThan(2);
  const mean = whole.gradients.map((part) => new Float64Array(part.length));
  let cost = 0;
  for (let r = 0; r < x.rows; r++) {
    const { gradients, parts, ...one } = learn([r]);
    if (r !== 1) expect(parts).toBe(1); // 1 is empty
    cost += one.cost / x.rows;
    gradients.forEach((part, k) => {
      for (let i = 0; i < part.length; i++) mean[k][i] += part[i] / x.rows;
    });
  }
  run.mockRestore();
  expect(Math.abs(whole.cost / cost - 1)).toBeLessThan(BOUND);
  expect(relativeError(whole.gradients, mean)).toBeLessThan(BOUND);
});

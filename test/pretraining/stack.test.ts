/**
 * Greedy pre-training: that it learns structure which the means do not hold, that the next layer gets inputs that fit
 * its strategy, and that every per-layer setting reaches its layer and no other.
 */
import { describe, expect, test } from 'vitest';
import type { StarlingError } from '../../src/errors.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { exportLayer, type LayerData } from '../../src/network/network.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { type PretrainedLayer, pretrainStack } from '../../src/pretraining/stack.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { type CsrMatrix, toDense } from '../../src/sparse/csr.ts';
import { denseForward } from '../network/dense-model.ts';

const TOPICS = 8;
const TERMS = 12;

/** Reviews of one topic each: half of the topic's terms, and now and then another. Rows x (topics * terms). */
function topicCorpus(rows: number, weighted = false): CsrMatrix {
  const stream = RandomStream.fromSeed(4).split('corpus');
  const cols = TOPICS * TERMS;
  const rowStart = new Uint32Array(rows + 1);
  const columns: number[] = [];
  for (let r = 0; r < rows; r++) {
    const topic = stream.integer(r, TOPICS);
    for (let c = 0; c < cols; c++) {
      const p = Math.floor(c / TERMS) === topic ? 0.5 : 0.01;
      if (stream.split('terms').uniform(r * cols + c) < p) columns.push(c);
    }
    rowStart[r + 1] = columns.length;
  }
  const values = weighted ? Float32Array.from(columns, (c) => 1 + (c % 4)) : null;
  return { rows, cols, rowStart, columns: Uint32Array.from(columns), values };
}

const corpus = topicCorpus(640);

/** Quick settings: 40 minibatches an epoch, full reconstruction. */
const quick = {
  hidden: [32],
  pretrainEpochs: [25],
  pretrainLearningRate: [0.1],
  pretrainBatchSize: 16,
  pretrainOptimizer: 'adagrad',
  masking: [0.3],
  reconstructionSamples: [0],
  pretrainL1: [0],
} as const;

interface Trained {
  layers: LayerData[];
  summary: readonly PretrainedLayer[];
  progress: Progress[];
  options: Options;
}

async function pretrain(given: Partial<Options>, x = corpus, seed = 1): Promise<Trained> {
  const options = resolveOptions({ ...quick, ...given });
  const engine = createEngine();
  const progress: Progress[] = [];
  const stream = RandomStream.fromSeed(seed);
  const stack = await pretrainStack(engine, x, options, stream, (event) => progress.push(event));
  return { layers: stack.layers.map(exportLayer), summary: stack.summary, progress, options };
}

/** Clean outputs of every layer over the corpus, by the dense model. */
function codesOf({ layers, options }: Trained, x = corpus): readonly Float64Array[] {
  const dense = layers.map((layer) => ({
    ...layer,
    weights: Float64Array.from(layer.weights),
    bias: Float64Array.from(layer.bias),
  }));
  const head = {
    inputs: options.hidden[options.hidden.length - 1],
    units: 0,
    weights: new Float64Array(0),
    bias: new Float64Array(0),
  };
  return denseForward({ ...options, layers: dense, head }, toDense(x), x.rows).h;
}

/** Cost per row of reconstructing every column by its mean, without knowing the row. */
function costOfMeans(dense: Float64Array, cols: number, strategy: Options['reconstruction']): number {
  const rows = dense.length / cols;
  let cost = 0;
  for (let c = 0; c < cols; c++) {
    const column = Float64Array.from({ length: rows }, (_, r) => dense[r * cols + c]);
    const mean = column.reduce((a, b) => a + b) / rows;
    for (const value of column) {
      if (strategy !== 'sigmoid') cost += (value - mean) ** 2;
      else if (mean > 0) cost -= value * Math.log(mean) + (1 - value) * Math.log(1 - mean);
    }
  }
  return cost / rows;
}

const words = toDense(corpus);

describe('one layer', () => {
  test.each(['softplus', 'sigmoid', 'linear', 'rectifier'] as const)(
    'by %s reconstructs reviews at less than half of the cost of the terms’ means, from inputs with 30 % masked',
    async (reconstruction) => {
      const { summary } = await pretrain({ reconstruction });
      expect(summary[0].cost).toBeLessThan(0.5 * costOfMeans(words, corpus.cols, reconstruction));
    },
  );

  test.each(['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'] as const)(
    'of %s units learns too: less than 60 % of the cost of the means',
    async (activation) => {
      const { summary } = await pretrain({ activation, pretrainEpochs: [40] });
      expect(summary[0].cost).toBeLessThan(0.6 * costOfMeans(words, corpus.cols, 'sigmoid'));
    },
  );

  test('with the learning rate 0 costs about what the means cost: that is where it begins', async () => {
    const { summary } = await pretrain({ pretrainLearningRate: [0], pretrainEpochs: [1] });
    const means = costOfMeans(words, corpus.cols, 'sigmoid');
    expect(summary[0].cost).toBeGreaterThan(0.95 * means);
    expect(summary[0].cost).toBeLessThan(1.5 * means);
  });

  test('by a quarter of the terms at a time comes within 15 % of the cost of full reconstruction', async () => {
    const full = await pretrain({ pretrainEpochs: [50] });
    const sampled = await pretrain({ pretrainEpochs: [50], reconstructionSamples: [24] });
    expect(sampled.layers[0].weights).not.toEqual(full.layers[0].weights);
    expect(sampled.summary[0].cost / full.summary[0].cost).toBeLessThan(1.15);
    expect(sampled.summary[0].cost / full.summary[0].cost).toBeGreaterThan(0.85);
  });

  test('with a stronger L1 penalty has smaller and sparser outputs', async () => {
    const weak = await pretrain({});
    const strong = await pretrain({ pretrainL1: [0.3] });
    const magnitude = (trained: Trained): number =>
      codesOf(trained)[0].reduce((sum, h) => sum + Math.abs(h), 0) / corpus.rows;
    expect(magnitude(strong)).toBeLessThan(0.6 * magnitude(weak));
    expect(strong.summary[0].sparsity).toBeGreaterThan(weak.summary[0].sparsity);
  });

  test('reports the share of exact zeros of its clean outputs', async () => {
    const trained = await pretrain({});
    const [codes] = codesOf(trained);
    const zeros = codes.filter((h) => h === 0).length / codes.length;
    expect(Math.abs(trained.summary[0].sparsity - zeros)).toBeLessThan(1e-3);
    expect(zeros).toBeGreaterThan(0.1);
  });

  test('tells the zeros of the layers so far at the end of each epoch, exactly when a minibatch is the whole corpus', async () => {
    const { summary, progress } = await pretrain({
      hidden: [32, 16],
      pretrainEpochs: [3, 2],
      pretrainBatchSize: corpus.rows,
    });
    const [first, second] = [1, 2].map((layer) => progress.filter((event) => event.layer === layer));
    expect(first.map(({ sparsity }) => sparsity!.length)).toEqual([1, 1, 1]);
    expect(new Set(first.map(({ sparsity }) => sparsity![0])).size).toBe(3);
    expect(first.at(-1)!.sparsity![0]).toBeCloseTo(summary[0].sparsity, 12);
    for (const { sparsity } of second) expect(sparsity![0]).toBe(summary[0].sparsity);
    expect(second.at(-1)!.sparsity![1]).toBeCloseTo(summary[1].sparsity, 12);
    expect(summary[1].sparsity).toBeGreaterThan(0);
  });

  test('learns the same whether anybody hears of its zeros or not', async () => {
    const engine = createEngine();
    const options = resolveOptions({ ...quick, pretrainEpochs: [2] });
    const silent = await pretrainStack(engine, corpus, options, RandomStream.fromSeed(1));
    const { layers, summary } = await pretrain({ pretrainEpochs: [2] });
    expect(silent.layers.map(exportLayer)).toEqual(layers);
    expect(silent.summary[0].cost).toBe(summary[0].cost);
  });

  test('scales counts into [0, 1] for the sigmoid: the cost stays above 0 and falls below that of the means', async () => {
    const counts = topicCorpus(640, true);
    const { summary } = await pretrain({ reconstruction: 'sigmoid' }, counts);
    expect(summary[0].cost).toBeGreaterThan(0);
    expect(summary[0].cost).toBeLessThan(
      0.85 *
        costOfMeans(
          toDense(counts).map((value) => value / 4),
          counts.cols,
          'sigmoid',
        ),
    );
  });
});

describe('the layer above', () => {
  const deep = { hidden: [32, 12], pretrainEpochs: [25, 25] } as const;

  test.each(['softplus', 'sigmoid', 'linear', 'rectifier'] as const)(
    'by %s leaves less than half of what the codes’ means leave to be reconstructed',
    async (reconstruction) => {
      const trained = await pretrain({ ...deep, reconstruction });
      const [outputs] = codesOf(trained);
      const largest = reconstruction === 'sigmoid' ? outputs.reduce((a, b) => Math.max(a, b)) : 1;
      const codes = outputs.map((h) => h / largest);
      // The cross-entropy of a target between 0 and 1 with itself is not 0.
      const entropy = (h: number): number =>
        h <= 0 || h >= 1 ? 0 : -h * Math.log(h) - (1 - h) * Math.log(1 - h);
      const least =
        reconstruction === 'sigmoid' ? codes.reduce((sum, h) => sum + entropy(h), 0) / corpus.rows : 0;
      const means = costOfMeans(codes, 32, reconstruction);
      expect(trained.summary[1].cost - least).toBeLessThan(0.5 * (means - least));
    },
  );

  test('leaves the layer below as large as it was, though its own targets are that layer’s outputs scaled into [0, 1]', async () => {
    const one = await pretrain({ hidden: [32] });
    const two = await pretrain(deep);
    expect(two.layers[0]).toEqual(one.layers[0]);
    const [codes] = codesOf(two);
    const largest = codes.reduce((a, b) => Math.max(a, b));
    expect(largest).toBeGreaterThan(1.5);
    const means = costOfMeans(
      codes.map((h) => h / largest),
      32,
      'sigmoid',
    );
    expect(two.summary[1].cost).toBeGreaterThan(0);
    expect(two.summary[1].cost).toBeLessThan(means);
  });

  test('scaled by unit, if asked, all live units have the same largest output, and what a unit says is in proportion to before', async () => {
    const units = 80;
    const [before] = codesOf(await pretrain({ hidden: [units], pretrainEpochs: [25] }));
    const [codes] = codesOf(await pretrain({ ...deep, hidden: [units, 12], reconstructionScale: 'unit' }));
    const largestOf = (all: Float64Array) =>
      Array.from({ length: units }, (_, u) =>
        all.filter((_h, i) => i % units === u).reduce((a, b) => Math.max(a, b), 0),
      );
    const mosts = largestOf(before);
    const live = mosts.filter((most) => most > 0);
    expect(live.length).toBeGreaterThan(40);
    const common = live.reduce((a, b) => a + b) / live.length;
    for (const most of largestOf(codes)) expect(most === 0 || Math.abs(most / common - 1) < 1e-4).toBe(true);
    codes.forEach((h, i) => {
      const most = mosts[i % units];
      expect(Math.abs(h - (most === 0 ? 0 : (before[i] * common) / most))).toBeLessThan(1e-4 * common);
    });
  });

  test('a layer that has none above it is not scaled at all', async () => {
    const [layer, unit] = [await pretrain({}), await pretrain({ reconstructionScale: 'unit' })];
    expect(unit.layers).toEqual(layer.layers);
  });

  test.each(['global', 'unit'] as const)(
    'scaled by %s, begins with the means of its targets: what it has not learned costs what they cost, within 1 %',
    async (reconstructionScale) => {
      // It sees next to nothing, and does not learn: its biases alone reconstruct.
      const still = { masking: [0.3, 0.999], pretrainLearningRate: [0.1, 0], pretrainEpochs: [25, 1] };
      const trained = await pretrain({ hidden: [80, 12], ...still, reconstructionScale });
      const [codes] = codesOf(trained);
      const largest = codes.reduce((a, b) => Math.max(a, b));
      const means = costOfMeans(
        codes.map((h) => h / largest),
        80,
        'sigmoid',
      );
      expect(Math.abs(trained.summary[1].cost / means - 1)).toBeLessThan(0.01);
    },
  );

  test('leaves the scale of the layer below alone with other strategies', async () => {
    const one = await pretrain({ hidden: [32], reconstruction: 'linear' });
    const two = await pretrain({ ...deep, reconstruction: 'linear' });
    expect(two.layers[0]).toEqual(one.layers[0]);
  });

  test.each(['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'] as const)(
    'never has a cost below 0, with %s units, halved or not: its targets fit its strategy',
    async (activation) => {
      for (const negateHalf of [false, true]) {
        const { summary } = await pretrain({ ...deep, activation, negateHalf, reconstruction: 'sigmoid' });
        for (const { cost } of summary) expect(cost).toBeGreaterThan(0);
      }
    },
  );
});

describe('settings per layer', () => {
  const base = { hidden: [16, 9, 5], pretrainEpochs: [2], reconstructionSamples: [20] } as const;
  const changed = {
    pretrainEpochs: [2, 3],
    pretrainLearningRate: [0.1, 0.05],
    masking: [0.3, 0.6],
    salt: [0, 0.1],
    reconstructionSamples: [20, 5],
    pretrainL1: [0, 0.1],
  } as const;

  test.each(Object.entries(changed))(
    '%s: the second value reaches the second layer, not the first',
    async (name, list) => {
      const before = await pretrain(base);
      const after = await pretrain({ ...base, [name]: list });
      expect(after.layers[0]).toEqual(before.layers[0]);
      expect(after.layers[1]).not.toEqual(before.layers[1]);
    },
  );

  test.each(Object.entries(changed))('%s: the first value reaches the first layer', async (name, list) => {
    const before = await pretrain(base);
    const after = await pretrain({ ...base, [name]: [list[1]] });
    expect(after.layers[0]).not.toEqual(before.layers[0]);
  });

  test.each(Object.entries(changed))('%s: the last value serves all deeper layers', async (name, list) => {
    const once = await pretrain({ ...base, [name]: list });
    const spelled = await pretrain({ ...base, [name]: [...list, list[1]] });
    expect(spelled.layers).toEqual(once.layers);
  });

  test('salt for the first layer alone is not handed on to the layers above', async () => {
    const one = await pretrain({ ...base, salt: [0.1] });
    const spelled = await pretrain({ ...base, salt: [0.1, 0] });
    expect(spelled.layers).toEqual(one.layers);
  });

  test('no epochs leave a layer as it begins, and the one below trained as ever', async () => {
    const trained = await pretrain({ ...base, pretrainEpochs: [2, 0, 0] });
    const still = await pretrain({ ...base, pretrainLearningRate: [0.1, 0], pretrainEpochs: [2] });
    expect(trained.layers).toEqual(still.layers);
    expect(trained.summary.map(({ epochs }) => epochs)).toEqual([2, 0, 0]);
  });
});

describe('a run', () => {
  test('is the same, to the byte, for the same seed, and another for another', async () => {
    const settings = { hidden: [16, 8], pretrainEpochs: [2], salt: [0.01], reconstructionSamples: [20] };
    const once = await pretrain(settings);
    const again = await pretrain(settings);
    const other = await pretrain(settings, corpus, 2);
    expect(again.layers).toEqual(once.layers);
    expect(other.layers[0].weights).not.toEqual(once.layers[0].weights);
  });

  test('tells of every epoch of every layer; the fraction never falls and ends at 1', async () => {
    const { progress, summary } = await pretrain({ hidden: [16, 8], pretrainEpochs: [3, 2] });
    const ends = progress.filter(({ epochEnd }) => epochEnd);
    expect(ends.map(({ layer, epoch, epochs }) => [layer, epoch, epochs])).toEqual([
      [1, 1, 3],
      [1, 2, 3],
      [1, 3, 3],
      [2, 1, 2],
      [2, 2, 2],
    ]);
    progress.forEach(({ fraction, phase, layers }, i) => {
      expect([phase, layers]).toEqual(['pretrain', 2]);
      if (i > 0) expect(fraction).toBeGreaterThanOrEqual(progress[i - 1].fraction);
    });
    expect(progress[progress.length - 1].fraction).toBe(1);
    expect(ends[2].cost).toBe(summary[0].cost);
    expect(ends[4].cost).toBe(summary[1].cost);
  });

  test('that leaves the numbers ends with DIVERGED, naming layer, epoch and remedy', async () => {
    const wild = { reconstruction: 'linear', pretrainOptimizer: 'sgd', pretrainLearningRate: [100] } as const;
    const error = (await pretrain(wild).catch((caught: unknown) => caught)) as StarlingError;
    expect(error).toMatchObject({ name: 'StarlingError', code: 'DIVERGED' });
    expect(error.message).toMatch(/hidden layer 1 .* epoch \d+/);
    expect(error.hint).toContain('pretrainLearningRate');
  });

  test('gives back the memory that only the training needed', async () => {
    const engine = createEngine();
    const options = resolveOptions({ ...quick, pretrainEpochs: [1] });
    const before = engine.arena.used;
    await pretrainStack(engine, corpus, options, RandomStream.fromSeed(1));
    const layer = (corpus.cols + 1) * 32 * 4;
    expect(engine.arena.used - before).toBeLessThanOrEqual(layer + 256);
  });

  test('of no reviews, or of reviews without a known word, ends with layers as they begin or learned', async () => {
    const empty: CsrMatrix = {
      rows: 3,
      cols: 5,
      rowStart: new Uint32Array(4),
      columns: new Uint32Array(0),
      values: null,
    };
    const { layers, summary } = await pretrain({ hidden: [4, 3], pretrainEpochs: [2] }, empty);
    expect(layers.map(({ inputs, units }) => [inputs, units])).toEqual([
      [5, 4],
      [4, 3],
    ]);
    expect(summary.every(({ cost }) => Number.isFinite(cost))).toBe(true);
  });
});

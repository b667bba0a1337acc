/** The crew's workers are JavaScript: these tests need the built library (the test run builds it first). */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readReviews, SentimentModel } from '../../src/index.ts';
import type { CrewEngine } from '../../src/kernels/node-crew.ts';
import { sliceBegin } from '../../src/kernels/node-crew.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';

const reviews = new URL('../../corpora/restaurants.csv', import.meta.url).pathname;

/** Hash of everything that a training of two pre-trained layers leaves behind. */
async function trainedWith(threads: number, more: object): Promise<string> {
  const model = await SentimentModel.train(readReviews(reviews), {
    options: { hidden: [200, 90], pretrainEpochs: [1], epochs: 1, vocabularySize: 900, threads, ...more },
  });
  const texts = ['Cold soup and a rude waiter.', 'We loved every bite!'];
  const hash = createHash('sha256').update(JSON.stringify(model.predictMany(texts)));
  const { validationRmse, history, sparsity } = model.training;
  hash.update(JSON.stringify({ validationRmse, history, sparsity }));
  for (const layer of model.layerData()) hash.update(layer.weights).update(layer.bias);
  model.close();
  return hash.digest('hex');
}

test('a training gives the same bytes with 1, 2, 3 and 7 threads', async () => {
  const alone = await trainedWith(1, {});
  for (const threads of [2, 3, 7]) expect(await trainedWith(threads, {})).toBe(alone);
});

test('the same with counts, salt, full reconstruction, L1 and another optimizer', async () => {
  const more = {
    weighting: 'counts',
    salt: [0.01],
    reconstructionSamples: [0],
    pretrainOptimizer: 'adam',
    activation: 'softplus',
    l1: 1e-4,
  };
  expect(await trainedWith(3, more)).toBe(await trainedWith(1, more));
});

test('slices cover all units, in order, for any number of workers', () => {
  for (const units of [1, 2, 7, 16, 79]) {
    for (const workers of [1, 2, 3, 7, 100]) {
      expect(sliceBegin(units, 0, workers)).toBe(0);
      expect(sliceBegin(units, workers, workers)).toBe(units);
      for (let w = 0; w < workers; w++) {
        expect(sliceBegin(units, w + 1, workers)).toBeGreaterThanOrEqual(sliceBegin(units, w, workers));
      }
    }
  }
});

test('a failure in a worker ends the run with an error that says so, not with a hang', async () => {
  const engine = createEngine(3, 'wasm'); // native code has no bounds to trap at
  const floats = engine.arena.f32(64 * 4);
  const run = (address: number, rows: number): void =>
    engine.run('column_max', 4, floats.byteOffset, address, rows, 256);
  run(engine.arena.f32(256).byteOffset, 1);
  // Rows that reach beyond the memory for all but the first panel: the caller's thread succeeds, a worker traps.
  const rows = Math.floor((engine.arena.memory.buffer.byteLength - floats.byteOffset) / 256);
  expect(() => run(floats.byteOffset, rows)).toThrow(expect.objectContaining({ code: 'WORKER_DIED' }));
  expect(() => run(floats.byteOffset, 1)).toThrow(expect.objectContaining({ code: 'WORKER_DIED' }));
  engine.close();
});

test('a worker that was ended from outside is noticed at the next run', async () => {
  const engine = createEngine(2) as CrewEngine;
  const out = engine.arena.f32(256);
  engine.run('column_max', 4, out.byteOffset, engine.arena.f32(256).byteOffset, 1, 256);
  await engine.endWorkers();
  expect(() => engine.run('column_max', 4, out.byteOffset, out.byteOffset, 1, 256)).toThrow(
    expect.objectContaining({ code: 'WORKER_DIED' }),
  );
});

/** The crew's workers are JavaScript: these tests need the built library (the test run builds it first). */
import { createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { StarlingError } from '../../src/errors.ts';
import { readReviews, SentimentModel } from '../../src/index.ts';
import type { CrewEngine } from '../../src/kernels/node-crew.ts';
import { ORDER, takeUnits, waitForZero } from '../../src/kernels/node-crew.ts';
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

test('patience ends with those who do not answer, not with a run that was stopped for an hour', () => {
  const integers = new Int32Array(new SharedArrayBuffer(4));
  integers[0] = 1;
  const began = performance.now();
  expect(waitForZero(integers, 0, 1.5)).toBe(false);
  expect(performance.now() - began).toBeGreaterThan(1400);
  let hour = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    if (hour === 3) integers[0] = 0;
    return 3_600_000 * hour++;
  });
  const answered = waitForZero(integers, 0, 3);
  clock.mockRestore();
  expect(answered).toBe(true);
  expect(hour).toBe(4);
});

test('units are taken once each, a few at a time, by whoever comes', () => {
  for (const units of [2, 7, 16, 79, 5000]) {
    for (const workers of [2, 3, 7]) {
      const integers = new Int32Array(new SharedArrayBuffer(4 * ORDER.integers));
      const taken: [begin: number, end: number][] = [];
      const take = (most: number): void => {
        const kernel = (begin: number, end: number, ...args: number[]): void => {
          expect(args).toEqual([5, 6]);
          taken.push([begin, end]);
          if (taken.length === most) throw new Error('enough');
        };
        takeUnits(kernel, units, workers, integers, [5, 6]);
      };
      expect(() => take(2)).toThrow('enough'); // the first goes away with two shares
      take(Number.POSITIVE_INFINITY);
      const counted = taken.flatMap(([begin, end]) =>
        Array.from({ length: end - begin }, (_, i) => begin + i),
      );
      expect(counted).toEqual(Array.from({ length: units }, (_, unit) => unit));
      expect(taken.length).toBeGreaterThanOrEqual(Math.min(units, 8 * workers));
      expect(taken.length).toBeLessThanOrEqual(16 * workers);
      expect(taken.filter(([begin, end]) => begin >= end)).toEqual([]);
      const before = taken.length;
      take(Number.POSITIVE_INFINITY); // nothing is left for one who comes late
      expect(taken.length).toBe(before);
    }
  }
});

test('a failure in a worker ends the run with an error that says so, not with a hang', async () => {
  const engine = createEngine(3, 'wasm'); // native code has no bounds to trap at
  const floats = engine.arena.f32(64 * 4);
  const run = (address: number, rows: number): void =>
    engine.run('column_max', 4, floats.byteOffset, address, rows, 256);
  run(engine.arena.f32(256).byteOffset, 1);
  // Rows that reach beyond the memory for all but the first panel: whoever takes another traps, the caller or a worker.
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

test.each([1, 3])(
  'with %d threads, what is to be done meanwhile is done when the next kernel is',
  (threads) => {
    const engine = createEngine(threads, 'wasm');
    const [most, values] = [engine.arena.f32(256), engine.arena.f32(256)];
    values.fill(3);
    const maxima = (panels: number): void =>
      engine.run('column_max', panels, most.byteOffset, values.byteOffset, 1, 256);
    const [inner, tens] = [engine.arena.f32(256), engine.arena.f32(256).fill(10)];
    let done = 0;
    const work = (): void => {
      // A kernel of many units while the crew is at another one, and work within the work.
      engine.run('column_max', 4, inner.byteOffset, tens.byteOffset, 1, 256);
      engine.meanwhile(() => done++);
      done++;
    };
    for (const units of [4, 1, 0]) {
      done = 0;
      most.fill(0);
      inner.fill(0);
      engine.meanwhile(work);
      engine.meanwhile(() => done++);
      maxima(units);
      expect(done).toBe(3);
      expect([...inner]).toEqual(new Array(256).fill(10));
      expect([...most]).toEqual(Array.from({ length: 256 }, (_, c) => (c < 64 * units ? 3 : 0)));
      maxima(4);
      expect(done).toBe(3);
    }
    engine.close();
  },
);

test('what fails meanwhile is passed on as it is, and the crew has nothing left to do', () => {
  const engine = createEngine(3, 'wasm');
  const floats = engine.arena.f32(256);
  const run = (): void =>
    engine.run('column_max', 4, floats.byteOffset, engine.arena.f32(256).byteOffset, 1, 256);
  engine.meanwhile(() => {
    throw new StarlingError('OUT_OF_MEMORY', 'no space', '');
  });
  expect(run).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY', message: 'no space' }));
  expect(run).toThrow(expect.objectContaining({ code: 'WORKER_DIED' }));
  engine.close();
});

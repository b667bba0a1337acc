/** What a survey says of engines that are here and of those that are not, whichever they are. How fast they are: doctor.test.ts. */
import { beforeEach, expect, test, vi } from 'vitest';
import { surveyEngines } from '../../src/model/engine-survey.ts';
import { VERSION } from '../../src/version.ts';

const here = vi.hoisted(() => ({ kinds: [] as string[], open: [] as unknown[][], closed: 0, cores: 1 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  availableParallelism: () => here.cores,
}));
vi.mock('../../src/kernels/node-engine.ts', async (original) => {
  const real = await original<typeof import('../../src/kernels/node-engine.ts')>();
  return {
    ...real,
    canRun: (kind: string) => here.kinds.includes(kind),
    // The same kernels under the names that are asked for: speeds are not looked at.
    createEngine: (threads: number, kind: string) => {
      here.open.push([threads, kind]);
      const engine = real.createEngine(1, 'wasm');
      return Object.assign(Object.create(engine), {
        ...{ name: kind, threads: threads === 0 ? here.cores : threads },
        close: () => {
          here.closed++;
          engine.close();
        },
      });
    },
  };
});
vi.mock('../../src/tfjs/backends.ts', async (original) => ({
  ...(await original<typeof import('../../src/tfjs/backends.ts')>()),
  loadBackend: async (kind: string) => ({
    why: `${kind} is not installed`,
    hint: `Run: npm install ${kind}`,
  }),
}));

beforeEach(() => {
  Object.assign(here, { kinds: [], open: [], closed: 0, cores: 1 });
});
const absent = { available: false, threads: null, reviewsPerSecond: null, version: null };
const present = (engine: string, threads = 1) => ({
  ...{ engine, available: true, threads, reviewsPerSecond: expect.any(Number) },
  ...{ version: null, why: null, install: null },
});
const tfjs = ['tfjs-node', 'tfjs-wasm', 'tfjs-cpu'].map((engine) => ({
  ...{ ...absent, engine, why: `${engine} is not installed`, install: `npm install ${engine}` },
}));

test('where there is WebAssembly only, it says of the others why and what to do', async () => {
  const started = performance.now();
  const { engines, task, ...rest } = await surveyEngines(0);
  const seconds = (performance.now() - started) / 1000;
  expect(engines).toEqual([
    {
      ...{ ...absent, engine: 'native', why: 'there is no native build for this machine' },
      install: 'In a checkout, with a C compiler: npm run build:native',
    },
    {
      ...{ ...absent, engine: 'wasm-relaxed', install: 'Use Node 22 or newer' },
      why: `Node ${process.versions.node} has no relaxed SIMD`,
    },
    present('wasm'),
    present('reference'),
    ...tfjs,
  ]);
  expect(rest).toEqual({
    ...{ version: VERSION, node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    ...{ cores: 1, auto: 'wasm', tfjs: null },
  });
  expect(task).toBe('pre-training, minibatches of 64 reviews with 40 of 2000 terms each, 100 units');
  // Each has learned from a minibatch of 64 at least, in less than all of the time.
  for (const { reviewsPerSecond } of engines.slice(2, 4)) {
    expect(reviewsPerSecond).toBeGreaterThan(64 / seconds);
  }
});

test('measures all that can run, once with one thread and the best with all cores, and ends each', async () => {
  here.kinds = ['native', 'wasm-relaxed'];
  here.cores = 3;
  const { engines, cores, auto } = await surveyEngines(0);
  expect(here.open).toEqual([
    ...[
      [1, 'native'],
      [1, 'wasm-relaxed'],
      [1, 'wasm'],
    ],
    ...[
      [0, 'auto'],
      [1, 'reference'],
    ],
  ]);
  expect(here.closed).toBe(5);
  expect([cores, auto]).toEqual([3, 'native']);
  expect(engines.slice(0, 5)).toEqual([
    ...['native', 'wasm-relaxed', 'wasm'].map((name) => present(name)),
    ...[present('auto', 3), present('reference')],
  ]);
});

test('measures for as long as it is told to', async () => {
  const [short, long] = [0, 60];
  const timeOf = async (span: number): Promise<number> => {
    const started = performance.now();
    await surveyEngines(span);
    return performance.now() - started;
  };
  await timeOf(short);
  expect(await timeOf(long)).toBeGreaterThan(2 * 1.5 * long);
});

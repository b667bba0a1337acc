/** `starling doctor`, and --engine tfjs on the command line. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineSurvey } from '../../src/model/engine-survey.ts';
import { enginesTable } from '../../src/report/engines-table.ts';
import { CORPORA, json, MAIN, starling, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder().path;

test('doctor --json measures every engine that is here and says of every other what to install', async () => {
  const { code, stdout, stderr } = await starling(['doctor', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const survey = JSON.parse(stdout) as EngineSurvey;
  const { version, engine } = json<{ version: string; engine: string }>(
    await starling(['--version', '--json']),
  );
  expect([survey.version, survey.auto, survey.tfjs]).toEqual([version, engine, 'tfjs-wasm']);
  expect(survey.cores).toBe(availableParallelism());
  const named = (name: string) => survey.engines.find((one) => one.engine === name);
  for (const name of ['wasm', 'reference', 'tfjs-wasm', 'tfjs-cpu', engine]) {
    expect([name, named(name)?.available, named(name)?.install]).toEqual([name, true, null]);
    expect(named(name)!.reviewsPerSecond).toBeGreaterThan(1);
  }
  expect(named('tfjs-node')).toEqual({
    ...{ engine: 'tfjs-node', available: false, threads: null, reviewsPerSecond: null, version: null },
    ...{ why: '@tensorflow/tfjs-node is not installed', install: 'npm install @tensorflow/tfjs-node' },
  });
  expect(named('wasm')!.reviewsPerSecond).toBeGreaterThan(2 * named('reference')!.reviewsPerSecond!);
  if (survey.cores > 1) expect(survey.engines.some(({ threads }) => threads === survey.cores)).toBe(true);
}, 240_000);

test('doctor says it in a table, and has no files', async () => {
  const { code, stdout } = await starling(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^wasm +1 +[\d,]+ +[\d.]+ %/m);
  expect(stdout).toMatch(/^tfjs-wasm +[\d,]+ +[\d.]+ % +TensorFlow\.js 4\./m);
  expect(stdout).toContain('tfjs-node: @tensorflow/tfjs-node is not installed\n  npm install');
  expect((await starling(['doctor', 'reviews.csv'])).code).toBe(2);
}, 240_000);

test('the table names what is missing even where nothing else is there', () => {
  const absent = { threads: null, reviewsPerSecond: null, version: null, available: false };
  const table = enginesTable({
    ...{
      version: '1.2.3',
      node: '20.0.0',
      platform: 'linux x64',
      cores: 4,
      auto: 'wasm',
      tfjs: null,
      task: 'T',
    },
    engines: [
      {
        ...absent,
        engine: 'wasm',
        available: true,
        threads: 1,
        reviewsPerSecond: 1234.4,
        why: null,
        install: null,
      },
      { ...absent, engine: 'tfjs-cpu', why: 'not there', install: 'this\nor that' },
    ],
  });
  expect(table).toContain('needs TensorFlow.js: see below');
  expect(table).toMatch(/wasm +1 +1,234 +100\.0 %/);
  expect(table).toContain('tfjs-cpu: not there\n  this\n  or that');
});

test('a model is trained, evaluated and used with --engine tfjs, and without it all the same', async () => {
  const model = join(folder, 'model');
  const reviews = join(CORPORA, 'restaurants.csv');
  const small = ['--hidden', '20', '--vocabulary-size', '500', '--pretrain-epochs', '1', '--epochs', '2'];
  const trained = await starling(['train', reviews, '--engine', 'tfjs', ...small, '--out', model, '--json']);
  // Nothing of tfjs' own messages.
  expect([trained.code, trained.stderr.includes('TensorFlow')]).toEqual([0, false]);
  const rmse = async (...flags: string[]): Promise<number> =>
    json(await starling(['evaluate', model, reviews, '--json', ...flags])).rmse as number;
  const [tensors, kernels] = [await rmse('--engine', 'tfjs'), await rmse()];
  expect(Math.abs(tensors - kernels)).toBeLessThan(1e-5);
  expect(tensors).not.toBe(kernels);
  const input = 'Lovely food.\nThe soup was cold.\n';
  const predicted = await starling(['predict', model, '--format', 'txt', '--engine', 'tfjs', '--json'], {
    input,
  });
  expect(predicted.stdout.trim().split('\n').length).toBe(2);
}, 240_000);

test('where TensorFlow.js is not installed, --engine tfjs says what to install, and all else works', async () => {
  // The package with its dependencies, but without those of tfjs.
  const elsewhere = join(folder, 'installed');
  const root = dirname(dirname(dirname(MAIN)));
  mkdirSync(join(elsewhere, 'node_modules', '@hono'), { recursive: true });
  cpSync(join(root, 'dist'), join(elsewhere, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(elsewhere, 'package.json'));
  symlinkSync(join(root, 'models'), join(elsewhere, 'models'));
  for (const name of ['commander', '@commander-js', 'papaparse', 'natural']) {
    symlinkSync(join(root, 'node_modules', name), join(elsewhere, 'node_modules', name));
  }
  const main = join(elsewhere, 'dist', 'cli', 'main.js');
  const reviews = join(CORPORA, 'restaurants.csv');
  const small = [
    '--hidden',
    '5',
    '--vocabulary-size',
    '200',
    '--pretrain-epochs',
    '1',
    '--epochs',
    '1',
    '--no-wide',
  ];
  const out = ['--out', join(folder, 'never')];
  const refused = await starling(['train', reviews, '--engine', 'tfjs', ...small, ...out], { main });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('the engine "tfjs" needs TensorFlow.js, which is not installed');
  expect(refused.stderr).toContain('npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm');
  expect((await starling(['train', reviews, ...small, ...out], { main })).code).toBe(0);
  const survey = JSON.parse((await starling(['doctor', '--json'], { main })).stdout) as EngineSurvey;
  expect(survey.tfjs).toBeNull();
  expect(survey.engines.filter(({ available }) => !available).map(({ engine }) => engine)).toEqual(
    expect.arrayContaining(['tfjs-node', 'tfjs-wasm', 'tfjs-cpu']),
  );
}, 240_000);

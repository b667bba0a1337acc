import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleCsv, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(500));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a training within two seconds, with nothing written', async (signal, exitCode) => {
  const out = folder.file('model');
  const running = start(['train', reviews, ...TINY, '--pretrain-epochs', '10000', '--out', out]);
  await running.heard('epoch 2/10000', 'stderr');
  const sent = performance.now();
  running.child.kill(signal);
  const { code, stdout, stderr } = await running.ended;
  expect(performance.now() - sent).toBeLessThan(2000);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toMatch(/\nstarling: interrupted\n$/);
  expect(existsSync(out)).toBe(false);
  expect(readdirSync(folder.path)).toEqual(['reviews.csv']);
});

test('Ctrl-C ends a cross-validation whose folds run in threads', async () => {
  const running = start([
    ...['crossvalidate', reviews, '--hidden', '200', '--pretrain-epochs', '1000', '--threads', '2'],
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const sent = performance.now();
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(performance.now() - sent).toBeLessThan(2000);
});

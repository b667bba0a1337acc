import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sampleCsv, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(500));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends a training within two seconds, with its state saved and no model',
  async (signal, exitCode) => {
    const out = folder.file(`model-${signal}`);
    const running = start(['train', reviews, ...TINY, '--pretrain-epochs', '10000', '--out', out]);
    await running.heard('epoch 2/10000', 'stderr');
    const sent = performance.now();
    running.child.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect(performance.now() - sent).toBeLessThan(2000);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toMatch(
      /\nstarling: interrupted; the run so far is in .*\.checkpoint\nTo go on with it, run the same command again with --resume\.\n$/,
    );
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(`${out}.checkpoint`).sort()).toEqual(['pretraining', 'run.json']);
  },
);

test('without a checkpoint, Ctrl-C leaves nothing behind', async () => {
  const out = folder.file('none');
  const running = start([
    ...['train', reviews, ...TINY, '--pretrain-epochs', '10000', '--out', out, '--no-checkpoint'],
  ]);
  await running.heard('epoch 2/10000', 'stderr');
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/\nstarling: interrupted\n$/);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('none'))).toEqual([]);
});

test('Ctrl-C ends a cross-validation whose folds run in threads', async () => {
  const running = start([
    ...['crossvalidate', reviews, '--hidden', '200', '--pretrain-epochs', '1000', '--threads', '2'],
  ]);
  // Nothing is printed before the first fold ends; on a busy machine the start takes its time.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const sent = performance.now();
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(performance.now() - sent).toBeLessThan(2000);
});

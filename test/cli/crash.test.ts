/** A small version of bench/crash.mjs: killed without warning, a run goes on and ends with the same bytes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { json, MAIN, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const crash = fileURLToPath(new URL('../../bench/crash.mjs', import.meta.url));

test.each([
  ['train', '3'],
  ['pretrain', '6'],
  ['crossvalidate', '6'],
])(
  '%s, killed %s times at random moments, ends with the bytes of an undisturbed run',
  (verb, kills) => {
    const size = ['--reviews', '300', '--epochs', '2'];
    if (verb === 'crossvalidate') size.push('--every', '0.05');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [crash, '--verb', verb, '--kills', kills, '--seed', '7', '--cli', MAIN, ...size],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`${kills} kills \\([1-9]\\d* left a state\\)`));
    expect(stdout).toMatch(/ [1-9]\d* the same bytes, 0 other\n$/);
    expect(status).toBe(0);
  },
  180_000,
);

test('--resume without a checkpoint begins at the start, and says so; at the end nothing is left of it', async () => {
  const reviews = folder.file('reviews.csv', sampleCsv(60));
  const out = folder.file('model');
  const ended = await starling(['train', reviews, ...TINY, '--out', out, '--resume', '--json']);
  expect(ended.stderr).toContain(`There is no checkpoint in ${out}.checkpoint: the run begins at the start.`);
  expect(json(ended).out).toBe(out);
});

test('--resume where no checkpoint can be is refused', async () => {
  const reviews = folder.file('reviews.csv', sampleCsv(60));
  const { code, stderr } = await starling(['crossvalidate', reviews, ...TINY, '--resume']);
  expect(code).toBe(2);
  expect(stderr).toBe(
    'starling: --resume was given, but no checkpoint\nName its folder with --checkpoint.\n',
  );
});

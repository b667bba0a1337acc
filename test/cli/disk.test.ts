/** A full disk and a read-only folder: one sentence, exit code 1, and what was there stays. */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(60));
const MODEL = new URL('../../models/restaurants', import.meta.url).pathname;

test.skipIf(!existsSync('/dev/full'))('rows that find no place on standard output end in a sentence', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'predict', MODEL, reviews], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect([status, stderr]).toEqual([1, 'starling: cannot write to standard output: the disk is full\n']);
});

test.skipIf(!existsSync('/dev/full'))('a report that finds no place does not cost the model', async () => {
  const out = folder.file('reported');
  const { code, stderr } = await starling([
    ...['train', reviews, ...TINY, '--out', out, '--report', '/dev/full', '--quiet'],
  ]);
  expect([code, stderr]).toEqual([
    1,
    'starling: cannot write /dev/full: the disk is full\nName another place.\n',
  ]);
  expect(readdirSync(out)).toContain('model.safetensors');
});

test.skipIf(process.platform === 'win32')('a read-only folder is refused, and stays as it was', () => {
  const locked = folder.file('locked');
  mkdirSync(locked);
  const kept = folder.file('locked/kept.csv', 'mine\n');
  chmodSync(locked, 0o555);
  chmodSync(kept, 0o444);
  // To the administrator nothing is read-only: then somebody else does it.
  chmodSync(folder.path, 0o755);
  const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, ...args, '--quiet'], { encoding: 'utf8', cwd: folder.path, ...other });

  const trained = run('train', reviews, ...TINY, '--out', join(locked, 'model'));
  const bare = run('train', reviews, ...TINY, '--out', join(locked, 'model'), '--no-checkpoint');
  for (const { stderr } of [trained, bare]) {
    expect(stderr).toBe(
      `starling: cannot write ${join(locked, 'model')}: no permission to write into ${locked}\nName a new folder.\n`,
    );
  }
  const rated = run('predict', MODEL, reviews, '--out', kept);
  expect(rated.stderr).toMatch(/^starling: cannot write .*kept\.csv: permission denied\n/);
  expect([trained.status, bare.status, rated.status]).toEqual([1, 1, 1]);
  chmodSync(locked, 0o755);
  expect([readdirSync(locked), readFileSync(kept, 'utf8')]).toEqual([['kept.csv'], 'mine\n']);
});

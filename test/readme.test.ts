/** The README's library example runs as it stands, against the built package, in an empty folder. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { optionNames } from '../src/options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the example in the README runs and prints ratings', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const folder = await mkdtemp(join(tmpdir(), 'starling-readme-'));
  try {
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules', 'starling'));
    await cp(join(root, 'corpora'), join(folder, 'corpora'), { recursive: true });
    await writeFile(join(folder, 'example.mjs'), example);
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
    const [first, ...rest] = stdout.trim().split('\n');
    const rating = Number(first.split(' ')[0]);
    expect(rating).toBeGreaterThan(1);
    expect(rating).toBeLessThan(5);
    const [rmse, constant] = rest[rest.length - 1].split(' ').map(Number);
    expect(rmse).toBeLessThan(0.9 * constant);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every flag that the README names is an option or one of the common flags', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const known = new Set([
    ...optionNames.map((name) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)),
    ...[
      'unlabelled',
      'out',
      'encoders',
      'report',
      'to',
      'text',
      'rating',
      'skip-bad-rows',
      'help',
      'json',
      'quiet',
      'config',
      'minutes',
    ],
    'format',
    'vocabulary',
  ]);
  const named = [...readme.matchAll(/--([a-z][a-z-]*)/g)].map(([, flag]) => flag);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((flag) => !known.has(flag))).toEqual([]);
});

/** What is written takes its place whole or not at all; what stood there before is lost in neither case. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { replaceFile, replaceFolder } from '../../src/files/atomic.ts';

const folder = mkdtempSync(join(tmpdir(), 'starling-atomic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => {
  const parent = join(folder, name);
  mkdirSync(parent);
  return join(parent, 'thing');
};
const beside = (path: string): string[] => readdirSync(join(path, '..'));

test('a folder is replaced as a whole: what only the old one had is gone, and nothing is left beside it', async () => {
  const path = place('replaced');
  await replaceFolder(path, (fresh) => writeFile(join(fresh, 'old'), '1'));
  await replaceFolder(path, async (fresh) => {
    // Until it is complete, the old one stands.
    expect(readdirSync(path)).toEqual(['old']);
    await writeFile(join(fresh, 'new'), '2');
  });
  expect([readdirSync(path), beside(path)]).toEqual([['new'], ['thing']]);
});

test('when the writing fails, the old folder stands, nothing is left beside it, and the error comes through', async () => {
  const path = place('failing');
  await replaceFolder(path, (fresh) => writeFile(join(fresh, 'old'), '1'));
  const failure = new Error('mine');
  const failing = replaceFolder(path, async (fresh) => {
    await writeFile(join(fresh, 'new'), '2');
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  expect([readdirSync(path), beside(path)]).toEqual([['old'], ['thing']]);
});

test('a file is replaced, and where a folder stands it is refused and nothing is left beside it', async () => {
  const path = place('file');
  await replaceFile(path, 'one');
  await replaceFile(path, 'two');
  expect([readFileSync(path, 'utf8'), beside(path)]).toEqual(['two', ['thing']]);
  rmSync(path);
  mkdirSync(path);
  await expect(replaceFile(path, 'three')).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: `cannot write ${path}: it is a folder`,
  });
  expect(beside(path)).toEqual(['thing']);
});

// /dev/full is a disk that is always full.
test.skipIf(!existsSync('/dev/full'))('a full disk is said, and the old folder stands', async () => {
  const path = place('full');
  await replaceFolder(path, (fresh) => writeFile(join(fresh, 'old'), '1'));
  await expect(replaceFolder(path, () => writeFile('/dev/full', '2'))).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: `cannot write ${path}: the disk is full`,
    hint: 'Name another place.',
  });
  expect([readdirSync(path), beside(path)]).toEqual([['old'], ['thing']]);
});

test('a folder that cannot be is refused in our words', async () => {
  const path = place('below');
  writeFileSync(path, '');
  const below = join(path, 'more', 'model');
  await expect(replaceFolder(below, async () => {})).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: `cannot write ${below}: a part of the path is no folder`,
  });
});

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { firstPiece, PieceFolder, type PieceIdentity } from '../../src/checkpoint/pieces.ts';

const root = mkdtempSync(join(tmpdir(), 'starling-pieces-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir = '';
let folders = 0;
beforeEach(() => {
  dir = join(root, String(folders++));
});

function folder(identity: PieceIdentity = { seed: 1, engine: 'a' }, of = 3): PieceFolder<PieceIdentity> {
  const differences = (before: unknown, now: PieceIdentity): string[] =>
    Object.keys(now)
      .filter((key) => (before as PieceIdentity)?.[key] !== now[key])
      .map((key) => `${key} differs`);
  return new PieceFolder({ dir, kind: 'part', of, identity, differences });
}

const state = (value: number) => ({ data: { value }, arrays: { w: Float32Array.of(value, 0.1, -0) } });

async function writeAll(): Promise<void> {
  for (const number of [2, 3, 1]) await folder().write(number, state(number));
}

test('pieces come back in order, numbers and arrays to the bit', async () => {
  await writeAll();
  const saved = await folder().readAll();
  expect(saved.map((one) => one.integer('value', 0, 9))).toEqual([1, 2, 3]);
  expect([...saved[1].array('w', 3)]).toEqual([2, Math.fround(0.1), -0]);
  expect(readdirSync(dir).sort()).toEqual(['part-1.json', 'part-2.json', 'part-3.json']);
  expect(await firstPiece(dir)).toEqual({ of: 3, identity: { seed: 1, engine: 'a' } });
});

test('those that are missing are named', async () => {
  await folder().write(2, state(2));
  await expect(folder().readAll()).rejects.toMatchObject({
    code: 'NOT_ENOUGH_DATA',
    message: `${dir}: 2 of 3 pieces are missing: part 1, 3`,
  });
  await expect(folder({ seed: 1 }, 30).readAll()).rejects.toThrow('it is one of 3 pieces, not of 30');
  rmSync(dir, { recursive: true });
  await expect(folder().readAll()).rejects.toMatchObject({ code: 'NO_SUCH_FILE' });
  await expect(firstPiece(root)).rejects.toMatchObject({ code: 'NO_SUCH_FILE' });
});

test('one that is there twice is refused, whatever its file is called', async () => {
  await writeAll();
  copyFileSync(join(dir, 'part-2.json'), join(dir, 'part-2 (copy).json'));
  await expect(folder().readAll()).rejects.toMatchObject({
    code: 'BAD_CHECKPOINT',
    message: expect.stringMatching(/^part 2 is there twice: .*part-2 \(copy\)\.json and .*part-2\.json$/),
  });
});

test('one in the place of another is not taken for it', async () => {
  await writeAll();
  copyFileSync(join(dir, 'part-2.json'), join(dir, 'part-3.json'));
  expect(await folder().read(3)).toBeNull();
  await expect(folder().readAll()).rejects.toThrow('part 2 is there twice');
});

test('those of another run are refused: when they are read, when a neighbour is looked for, when all are read', async () => {
  await writeAll();
  const other = folder({ seed: 2, engine: 'a' });
  const refused = { code: 'BAD_CHECKPOINT', message: expect.stringContaining('another run: seed differs') };
  await expect(other.read(2)).rejects.toMatchObject(refused);
  rmSync(join(dir, 'part-2.json'));
  await expect(other.read(2)).rejects.toMatchObject(refused);
  await expect(other.readAll()).rejects.toMatchObject(refused);
});

test('what may differ from now must still be the same in all of them', async () => {
  await writeAll();
  const elsewhere = folder({ seed: 1, engine: 'b' });
  expect(await elsewhere.readAll('engine')).toHaveLength(3);
  await expect(elsewhere.readAll()).rejects.toThrow('engine differs');
  rmSync(join(dir, 'part-2.json'));
  await rmSync(join(dir, 'part-3.json'));
  const mixed = join(dir, '..', 'mixed');
  mkdirSync(mixed, { recursive: true });
  copyFileSync(join(dir, 'part-1.json'), join(mixed, 'part-1.json'));
  rmSync(join(dir, 'part-1.json'));
  await elsewhere.write(2, state(2));
  copyFileSync(join(mixed, 'part-1.json'), join(dir, 'part-1.json'));
  await expect(elsewhere.readAll('engine')).rejects.toThrow(/part-2\.json belongs to another run: engine/);
});

test.each([
  ['cut off', (text: string) => text.slice(0, -40)],
  ['changed by one digit', (text: string) => text.replace('"value":2', '"value":3')],
  ['empty', () => ''],
  ['of another format', () => '{"format":"other"}'],
])('one that is %s is made again, and refused when all are read', async (_what, damage) => {
  await writeAll();
  const path = join(dir, 'part-2.json');
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  expect(await folder().read(2)).toBeNull();
  await expect(folder().readAll()).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
  await folder().write(2, state(2));
  expect(await folder().readAll()).toHaveLength(3);
});

test('what killed runs have left half-written is no piece, and is swept away by the next that is whole', async () => {
  await writeAll();
  writeFileSync(join(dir, '.part-2.json.new-77-0'), '{"format":');
  writeFileSync(join(dir, 'slurm-7.out'), 'a log');
  expect(await folder().readAll()).toHaveLength(3);
  await folder().write(2, state(2));
  expect(readdirSync(dir).sort()).toEqual(['part-1.json', 'part-2.json', 'part-3.json', 'slurm-7.out']);
});

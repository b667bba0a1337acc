/** zstd: unpacked where Node has it, refused with what to do where not, and never cut off silently. */
import { execFileSync } from 'node:child_process';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { wholeFrames } from '../../src/corpus/zstd-frames.ts';

const CSV = 'text,rating\nfine,4\ncold,1\n';
const zstd = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };

/** 39,996 times "a", with its checksum, as zlib of Node 22 packs it: a block of literals and a block of repeats. */
const packed = Buffer.from('28b52ffd643c9b5500001061610100371c1d6001ee001e30', 'hex');
/** A frame with one raw block of 3 bytes, of single segment, without a checksum. */
const raw = Buffer.from('28b52ffd2003190000616263', 'hex');
/** A frame with a run of 5 bytes, with a checksum (its value is not looked at). */
const run = Buffer.from('28b52ffd24052b00006101020304', 'hex');
const skippable = Buffer.from('502a4d1803000000010203', 'hex');

async function isWhole(bytes: Uint8Array, size: number): Promise<boolean> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const given: Uint8Array[] = [];
  try {
    const cutOff = (): never => {
      throw new Error('cut off');
    };
    for await (const piece of wholeFrames(pieces(), cutOff)) given.push(piece);
  } catch {
    return false;
  }
  expect(Buffer.concat(given)).toEqual(Buffer.from(bytes));
  return true;
}

describe('frames', () => {
  test.each([
    ['blocks and a checksum', packed],
    ['a raw block', raw],
    ['a run and a checksum', run],
    ['several, with something to skip between', Buffer.concat([raw, skippable, run])],
  ])('of %s are whole, and are not when any number of bytes is missing', async (_name, bytes) => {
    const ends = new Set([raw.length, raw.length + skippable.length]);
    for (const size of [1, 3, 1000]) {
      expect(await isWhole(bytes, size)).toBe(true);
      for (let length = 1; length < bytes.length; length++) {
        if (bytes.length > packed.length && ends.has(length)) continue; // a frame may end there
        expect([length, await isWhole(bytes.subarray(0, length), size)]).toEqual([length, false]);
      }
    }
  });

  test('that are none are left to the unpacking', async () => {
    expect(await isWhole(Buffer.from('no frames at all'), 5)).toBe(true);
  });
});

test.skipIf(zstd.zstdCompressSync !== undefined)(
  'without zstd in this Node, a packed file is refused with what to do (skipped where Node has it)',
  async () => {
    await expect(collectReviews(readReviews('-', { input: [packed] }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'standard input is packed with zstd, which cannot be unpacked here',
      hint: expect.stringContaining('Node 22.15'),
    });
  },
);

describe.skipIf(zstd.zstdCompressSync === undefined)('with zstd (skipped: this Node has none)', () => {
  test('packed files are read, and those that are cut off are refused', async () => {
    const bytes = zstd.zstdCompressSync!(Buffer.from(CSV.repeat(1)));
    const input = (part: Uint8Array) => readReviews('-', { input: [part] });
    expect(await collectReviews(input(bytes))).toEqual([
      { id: '1', text: 'fine', rating: 4 },
      { id: '2', text: 'cold', rating: 1 },
    ]);
    await expect(collectReviews(input(bytes.subarray(0, -1)))).rejects.toMatchObject({
      message: 'standard input is cut off: its zstd data end too early',
    });
  });
});

const tool = (() => {
  try {
    execFileSync('zstd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!tool)(
  `what the zstd command packs is whole${tool ? '' : ' (skipped: no zstd command here)'}`,
  async () => {
    const bytes = execFileSync('zstd', ['-c'], { input: CSV.repeat(20_000) });
    expect(await isWhole(bytes, 4096)).toBe(true);
    expect(await isWhole(bytes.subarray(0, -1), 4096)).toBe(false);
  },
);

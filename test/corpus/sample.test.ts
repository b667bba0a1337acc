import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { learnScale } from '../../src/corpus/scale.ts';

const corpora = fileURLToPath(new URL('../../corpora/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'starling-sample-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the sample corpus', () => {
  test('is what its generator writes, byte for byte', () => {
    execFileSync(process.execPath, [join(corpora, 'generate.mjs'), folder]);
    for (const name of ['restaurants.csv', 'restaurants-unrated.csv']) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(corpora, name))), name).toBe(true);
    }
  });

  test('holds 2,000 rated and 8,000 unrated reviews, no text twice, every review 5 to 150 words', async () => {
    const rated = await collectReviews(readReviews(join(corpora, 'restaurants.csv')));
    const unrated = await collectReviews(readReviews(join(corpora, 'restaurants-unrated.csv')));
    expect([rated.length, unrated.length]).toEqual([2000, 8000]);
    expect(learnScale(rated.map(({ rating }) => rating!)).levels).toEqual([1, 2, 3, 4, 5]);
    expect(unrated.every(({ rating }) => rating === null)).toBe(true);
    const all = [...rated, ...unrated];
    expect(new Set(all.map(({ id }) => id)).size).toBe(10_000);
    expect(new Set(all.map(({ text }) => text)).size).toBe(10_000);
    const lengths = all.map(({ text }) => text.split(' ').length);
    expect([Math.min(...lengths) >= 5, Math.max(...lengths) <= 150]).toEqual([true, true]);
  });

  test('has no slot, choice or plural mark of the grammar left in it', () => {
    const text = ['restaurants.csv', 'restaurants-unrated.csv']
      .map((name) => readFileSync(join(corpora, name), 'utf8'))
      .join('');
    expect(text.match(/[{}[\]|+]|undefined|NaN/g)).toBeNull();
    expect(text).toMatch(/crème brûlée/);
    expect(text).toMatch(/jalapeño/);
  });
});

describe('convert.mjs', () => {
  const convert = (...args: string[]) =>
    execFileSync(process.execPath, [join(corpora, 'convert.mjs'), ...args]);
  const write = (path: string, content: string | Uint8Array): string => {
    const full = join(folder, path);
    mkdirSync(join(full, '..'), { recursive: true });
    writeFileSync(full, content);
    return full;
  };
  const reviews = (csv: Uint8Array) => collectReviews(readReviews('-', { input: [csv] }));

  test('reads the folders of the Large Movie Review Dataset', async () => {
    write('train/pos/0_9.txt', 'Good, "really"<br />good');
    write('train/neg/10_2.txt', 'Bad');
    write('train/unsup/7_0.txt', 'Neither');
    write('train/labeledBow.feat', 'no review');
    expect(await reviews(convert('imdb', join(folder, 'train')))).toEqual([
      { id: 'neg/10', text: 'Bad', rating: 2 },
      { id: 'pos/0', text: 'Good, "really"<br />good', rating: 9 },
    ]);
    expect(await reviews(convert('imdb', join(folder, 'train', 'unsup')))).toEqual([
      { id: 'unsup/7', text: 'Neither', rating: null },
    ]);
  });

  test('reads the review files of the Multi-Domain Sentiment Dataset, whatever their encoding', async () => {
    const review = (rating: string, text: string) =>
      `<review>\n<rating>\n${rating}\n</rating>\n<title>\nx\n</title>\n<review_text>\n${text}\n</review_text>\n</review>\n`;
    const file = write(
      'books/positive.review',
      Buffer.from(review('5.0', 'R&B,\nvery caf\xe9') + review('4.0', 'fine'), 'latin1'),
    );
    expect(await reviews(convert('amazon', file))).toEqual([
      { id: 'books/positive/1', text: 'R&B,\nvery café', rating: 5 },
      { id: 'books/positive/2', text: 'fine', rating: 4 },
    ]);
  });

  test('reads the scale data of Pang and Lee', async () => {
    write('scaledata/Ann+Other/subj.Ann+Other', 'first review\nsecond , review\n');
    write('scaledata/Ann+Other/rating.Ann+Other', '0.1\n0.85\n');
    write('scaledata/Ann+Other/id.Ann+Other', '29420\n17219\n');
    write('scaledata/README.txt', '');
    expect(await reviews(convert('scale', join(folder, 'scaledata')))).toEqual([
      { id: 'Ann+Other/29420', text: 'first review', rating: 0.1 },
      { id: 'Ann+Other/17219', text: 'second , review', rating: 0.85 },
    ]);
  });

  test('says how it is used when asked for anything else', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(corpora, 'convert.mjs'), 'netflix']);
    expect([status, String(stderr)]).toEqual([2, expect.stringContaining('usage:')]);
  });
});

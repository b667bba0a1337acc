import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Prediction } from '../../src/model/prediction.ts';
import { type RatedFile, type RateFileSettings, ratedName, rateFile } from '../../src/page/rate-file.ts';
import type { Rater } from '../../src/page/rater.ts';

/** Rates a text by its length, and remembers how it was asked. */
function lengthRater(texts = 4, characters = 100): Rater & { readonly batches: number[] } {
  const batches: number[] = [];
  return {
    facts: { version: '', levels: [1, 2], head: 'softmax', terms: 1, hidden: [], rated: 0, unrated: 0 },
    most: { texts, characters },
    batches,
    explain: () => Promise.reject(new Error('not asked for')),
    async predict(given) {
      batches.push(given.length);
      return given.map(
        (text): Prediction => ({
          rating: text.length,
          distribution: [0.25, 0.75],
          knownTerms: text === '' ? 0 : 1,
        }),
      );
    },
  };
}

const settings: RateFileSettings = {
  skipBadRows: false,
  distribution: false,
  signal: new AbortController().signal,
  onProgress: () => {},
};

function rate(
  content: string | Uint8Array<ArrayBuffer>,
  more: Partial<RateFileSettings> = {},
  rater = lengthRater(),
  name = 'a.csv',
): Promise<RatedFile> {
  return rateFile(new File([content], name), rater, { ...settings, ...more });
}

test('rows come back in order with their ratings, in batches that stay below both bounds', async () => {
  const rater = lengthRater(4, 30);
  const texts = ['a', 'bb', 'ccc', 'dddd', 'e'.repeat(29), 'ff', 'g'.repeat(200), 'h'];
  const { content, first, counts } = await rate(`text\n${texts.join('\n')}\n`, {}, rater);
  expect(await content.text()).toBe(
    `text,predicted_rating\n${texts.map((text) => `${text},${text.length}\n`).join('')}`,
  );
  expect(rater.batches).toEqual([4, 1, 1, 1, 1]);
  expect(first.map(({ rating }) => rating)).toEqual([1, 2, 3, 4, 29]);
  expect(counts).toMatchObject({ rows: 8, skipped: 0 });
});

test('progress never falls, keeps its total, and ends at all of it; also for gzip', async () => {
  const plain = new TextEncoder().encode(
    `id,text\n${Array.from({ length: 50_000 }, (_, i) => `${i},review ${i}\n`).join('')}`,
  );
  const packed = new Uint8Array(gzipSync(plain));
  for (const [bytes, name] of [
    [plain, 'a.csv'],
    [packed, 'a.csv.gz'],
  ] as const) {
    const seen: [number, number, number][] = [];
    const rater = lengthRater(1000, 1e6);
    await rate(bytes, { onProgress: (...state) => seen.push(state) }, rater, name);
    expect(seen[0]).toEqual([0, bytes.length, 0]);
    expect(seen.at(-1)).toEqual([bytes.length, bytes.length, 50_000]);
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i][0]).toBeGreaterThanOrEqual(seen[i - 1][0]);
      expect(seen[i][1]).toBe(bytes.length);
    }
  }
});

test('progress ends at all of the file also when much of it comes after the last review', async () => {
  const seen: number[] = [];
  const bytes = new TextEncoder().encode(`text\na\n${'\n'.repeat(2 ** 20)}`);
  const file = new File([bytes], 'a.csv');
  let at = 0;
  // In pieces, as from a disk: Node hands a small file over at once.
  file.stream = () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(bytes.slice(at, at + 8192));
        at += 8192;
        if (at >= bytes.length) controller.close();
      },
    });
  await rateFile(file, lengthRater(1), { ...settings, onProgress: (done) => seen.push(done) });
  expect(seen.at(-2)).toBeLessThan(bytes.length);
  expect(seen.at(-1)).toBe(bytes.length);
});

test('texts without a known word are counted', async () => {
  expect((await rate('id,text\n1,a\n2,\n3,\n')).unknown).toBe(2);
});

test('the column is the one that is named; probabilities are added when asked for', async () => {
  const { content } = await rate('text,other\na,bbb\n', { column: 'other', distribution: true });
  expect(await content.text()).toBe(
    'text,other,predicted_rating,probability_1,probability_2\na,bbb,3,0.25,0.75\n',
  );
});

test('damaged files are refused with the file and the place', async () => {
  const cases: [string | Uint8Array<ArrayBuffer>, RegExp][] = [
    ['', /^a\.csv is empty/],
    ['a,b\n1,2\n', /^a\.csv has no column that is named like the text/],
    ['text\n"never closed\n', /^a\.csv, row 2: a quoted field is never closed/],
    [Uint8Array.of(0x50, 0x4b, 3, 4, 0), /zip archive/],
    [Uint8Array.of(0x74, 0, 0x78, 0), /binary file/],
    [
      new Uint8Array(gzipSync('text\nabc\n').subarray(0, 15)),
      /^a\.csv holds damaged gzip data, or is cut off/,
    ],
    [
      Uint8Array.of(...new TextEncoder().encode('text\n'), 0xff, 0x0a),
      /line 2: byte 5 .* is not valid utf-8/,
    ],
  ];
  for (const [content, message] of cases) {
    await expect(rate(content)).rejects.toMatchObject({
      name: 'StarlingError',
      message: expect.stringMatching(message),
    });
  }
});

test('a run that is stopped ends with the reason, and rates no further batch', async () => {
  const stop = new AbortController();
  const rater = lengthRater(1);
  const rated = rate(
    'text\na\nb\nc\n',
    { signal: stop.signal, onProgress: (_done, _total, rows) => rows === 2 && stop.abort() },
    rater,
  );
  await expect(rated).rejects.toThrow('abort');
  expect(rater.batches.length).toBe(2);
});

test('a run that is stopped while its last batch is rated gives no file', async () => {
  const stop = new AbortController();
  const rater = lengthRater(2);
  const { predict } = rater;
  rater.predict = async (given, signal) => {
    if (rater.batches.length === 1) stop.abort();
    return predict(given, signal);
  };
  const seen: number[] = [];
  const rated = rate(
    'text\na\nb\nc\n',
    { signal: stop.signal, onProgress: (_done, _total, rows) => seen.push(rows) },
    rater,
  );
  await expect(rated).rejects.toThrow('abort');
  expect(seen).toEqual([0, 2]);
});

test('the download is named after the file', () => {
  expect(['a.csv', 'a.b.jsonl.gz', 'noending', '.hidden', 'x.TXT.GZIP'].map(ratedName)).toEqual([
    'a.rated.csv',
    'a.b.rated.jsonl',
    'noending.rated',
    '.hidden.rated',
    'x.rated.TXT',
  ]);
});

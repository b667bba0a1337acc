/** Parquet in and out: what rows mean, which packings are read, and what of a file is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { readTable } from '../../src/corpus/read-table.ts';
import type { ReadOptions } from '../../src/corpus/table.ts';
import { ParquetFileWriter } from '../../src/corpus/write-parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'starling-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

type Settings = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;
function parquet(
  columns: Readonly<Record<string, unknown[]>>,
  settings: Settings = {},
  ending = 'parquet',
): string {
  const path = join(folder, `${files++}.${ending}`);
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data }));
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, ...settings })));
  return path;
}

const read = (path: string, options: ReadOptions = {}) => collectReviews(readReviews(path, options));

const REVIEWS = {
  review_id: ['a', 'b', 'c'],
  stars: [4.5, null, 1],
  text: ['The soup was warm.', 'Größe <3 “quoted”, with, commas\nand lines', ''],
};

describe('a Parquet file', () => {
  test('gives its reviews, by the usual names of columns, whatever it is called', async () => {
    for (const path of [parquet(REVIEWS), parquet(REVIEWS, {}, 'data')]) {
      expect(await read(path)).toEqual([
        { id: 'a', text: 'The soup was warm.', rating: 4.5 },
        { id: 'b', text: 'Größe <3 “quoted”, with, commas\nand lines', rating: null },
        { id: 'c', text: '', rating: 1 },
      ]);
    }
  });

  test('is read from standard input when --format says so, and else refused with that', async () => {
    const input = [readFileSync(parquet(REVIEWS))];
    expect(await read('-', { input, format: 'parquet' })).toHaveLength(3);
    await expect(read('-', { input })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'standard input is a Parquet file, expected text',
      hint: expect.stringContaining('--format parquet'),
    });
  });

  test('of several row groups keeps the order, and the rows their numbers', async () => {
    const text = Array.from({ length: 1000 }, (_, i) => `review ${i}`);
    const path = parquet({ text, rating: text.map((_, i) => i % 5) }, { rowGroupSize: 70 });
    const table = readTable(path);
    const rows = [];
    for await (const row of table) rows.push(row);
    expect(rows.map(({ review }) => review.text)).toEqual(text);
    expect([rows[699].row, rows[699].review.id]).toEqual([700, '700']);
    expect(table.report).toMatchObject({ rows: 1000, rated: 1000, files: [{ format: 'parquet' }] });
  });

  test('with whole numbers of 64 bits, and numbers that are missing as NaN', async () => {
    const path = parquet({ id: [1n, 2n ** 60n], text: ['x', 'y'], rating: [5, Number.NaN] });
    expect(await read(path)).toEqual([
      { id: '1', text: 'x', rating: 5 },
      { id: String(2n ** 60n), text: 'y', rating: null },
    ]);
    expect((await read(parquet({ text: ['x', 'y'], rating: [3n, 4n] }))).map(({ rating }) => rating)).toEqual(
      [3, 4],
    );
  });

  test.each([
    ['GZIP', (bytes: Uint8Array) => zlib.gzipSync(bytes)],
    ['BROTLI', (bytes: Uint8Array) => zlib.brotliCompressSync(bytes)],
    ['SNAPPY', null],
    ['UNCOMPRESSED', null],
  ] as const)('packed with %s is read', async (codec, pack) => {
    const text = Array.from({ length: 500 }, (_, i) => `the soup was warm ${i % 7}`);
    const path = parquet({ text }, { codec, ...(pack && { compressors: { [codec]: pack } }) });
    expect((await read(path)).map((review) => review.text)).toEqual(text);
  });

  test('packed in a way that cannot be unpacked here is refused by name', async () => {
    const path = parquet(
      { text: ['soup '.repeat(999)] },
      { codec: 'LZ4', compressors: { LZ4: (bytes) => bytes.slice(0, 40) } },
    );
    await expect(read(path)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/is packed with LZ4, which cannot be unpacked here$/),
    });
  });

  test('takes columns by name, and says which there are when one is not', async () => {
    const path = parquet({ body: ['fine'], verdict: [2], rating: [5] });
    expect(await read(path, { text: 'body', rating: 'verdict' })).toEqual([
      { id: '1', text: 'fine', rating: 2 },
    ]);
    expect(
      await read(parquet({ title: ['Good', null], body: ['fine', 'so so'], rating: ['4/5', '3/5'] }), {
        text: ['title', 'body'],
      }),
    ).toEqual([
      { id: '1', text: 'Good\nfine', rating: 4 },
      { id: '2', text: 'so so', rating: 3 },
    ]);
    await expect(read(path, { rating: 'verdikt' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: `no column "verdikt" in ${path}: it has body, verdict, rating`,
      hint: 'Did you mean --rating verdict?',
    });
    await expect(read(parquet({ a: ['x'] }), {})).rejects.toMatchObject({
      message: expect.stringContaining('no column that is named like the text of a review'),
    });
  });

  test('with a text that is none, or a rating that is no number, is refused with its row; or the row is left out', async () => {
    const path = parquet({ text: ['fine', null, 'cold'], rating: ['4', '5', 'bad'] });
    await expect(read(path)).rejects.toMatchObject({
      message: expect.stringMatching(/row 2: "text" is null/),
    });
    const reviews = readReviews(path, { skipBadRows: true });
    expect(await collectReviews(reviews)).toEqual([{ id: '1', text: 'fine', rating: 4 }]);
    expect(reviews.report.files[0].reasons[1]).toContain('row 3: the rating "bad" is no number');
  });

  test('that is damaged, cut off, or none at all is refused', async () => {
    const bytes = readFileSync(parquet({ text: Array.from({ length: 99 }, (_, i) => `text ${i}`) }));
    const cases = {
      cut: bytes.subarray(0, bytes.length - 9),
      footer: Buffer.concat([bytes.subarray(0, -60), Buffer.alloc(52, 0xff), bytes.subarray(-8)]),
      text: Buffer.from('id,text\n1,fine\n'),
      empty: Buffer.alloc(0),
    };
    for (const [name, content] of Object.entries(cases)) {
      const path = join(folder, `${name}.parquet`);
      writeFileSync(path, content);
      await expect(read(path)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining(`${path} is damaged or no Parquet file`),
      });
    }
    await expect(read(join(folder, 'missing.parquet'))).rejects.toMatchObject({ code: 'NO_SUCH_FILE' });
  });
});

describe('writing', () => {
  async function written(rows: readonly Record<string, unknown>[]): Promise<Record<string, unknown>[]> {
    const path = join(folder, `${files++}.parquet`);
    const file = new ParquetFileWriter(path);
    for (const row of rows) await file.add(row);
    await file.finish();
    const { buffer } = Uint8Array.from(readFileSync(path));
    return parquetReadObjects({ file: buffer });
  }

  test('numbers, truths and texts come back as they were, what is missing as null, other things as JSON', async () => {
    const rows = [
      { id: '007', text: 'Größe, “x”\n', stars: 4.5, ok: true, more: { a: [1, 2] } },
      { id: '', text: 'y', stars: null, ok: false, more: null },
      { id: '9', text: 'z', stars: 1e-7, more: 'plain' },
    ];
    expect(await written(rows)).toEqual([
      { id: '007', text: 'Größe, “x”\n', stars: 4.5, ok: true, more: '{"a":[1,2]}' },
      { id: '', text: 'y', stars: null, ok: false, more: null },
      { id: '9', text: 'z', stars: 1e-7, ok: null, more: 'plain' },
    ]);
  });

  test('of more rows than a group holds keeps all of them', async () => {
    const rows = Array.from({ length: 45_001 }, (_, i) => ({ text: `t${i}`, predicted_rating: i / 7 }));
    expect(await written(rows)).toEqual(rows);
  });

  test('a row that does not fit under the first ones is refused, by its number', async () => {
    const rows: Record<string, unknown>[] = Array.from({ length: 20_000 }, (_, i) => ({ n: i }));
    await expect(written([...rows, { n: 1 }, { n: 'two' }])).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'row 20002 of the output has the property "n", "two", where the first rows have numbers',
    });
    await expect(written([...rows, { m: 1 }])).rejects.toMatchObject({
      message: 'row 20001 of the output has the property "m", which the first rows have not',
    });
  });
});

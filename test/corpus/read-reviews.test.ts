import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { readTable } from '../../src/corpus/read-table.ts';
import {
  complaint,
  cut,
  refusal,
  reviewsIn,
  rowsIn,
  stream,
  temporaryFiles,
  three,
  threeCsv,
  threeJson,
} from './helpers.ts';

const { folder, file } = temporaryFiles();

describe('the same reviews come out', () => {
  test.each([
    ['three.csv', threeCsv],
    ['three.csv.gz', gzipSync(threeCsv)],
    ['packed-but-not-named-so.csv', gzipSync(threeCsv)],
    ['not-packed.csv.gz', threeCsv],
    ['two-members.gz', Buffer.concat([gzipSync(threeCsv.slice(0, 30)), gzipSync(threeCsv.slice(30))])],
    ['three.tsv', 'id\ttext\trating\na\t"Lovely, ""crisp"" crème brûlée"\t4.5\nb\t"two\nlines"\t\nc\t\t1'],
    [
      'semicolons.csv',
      threeCsv
        .replace('id,text,rating', 'id;text;rating')
        .replace('a,"', 'a;"')
        .replace('",4.5', '";4.5')
        .replace('b,"two\nlines",', 'b;"two\nlines";')
        .replace('c,,1', 'c;;1'),
    ],
    ['crlf.csv', threeCsv.replaceAll('\n', '\r\n').replace('two\r\n', 'two\n')],
    ['bom.csv', `\ufeff${threeCsv}`],
    ['utf16.csv', Buffer.from(`\ufeff${threeCsv}`, 'utf16le')],
    ['three.jsonl', threeJson],
    ['three.ndjson.gz', gzipSync(threeJson)],
    ['three-without-a-known-name', `\n ${threeJson}`],
    ['csv-without-a-known-name', threeCsv],
    [
      'other-order-and-names.csv',
      'Review Text,x,Stars,review_id\n"Lovely, ""crisp"" crème brûlée",,4.5,a\n"two\nlines",,,b\n,,1.0,c\n',
    ],
  ])('from %s', async (name, content) => {
    const stream = readReviews(file(name, content));
    expect(await collectReviews(stream)).toEqual(three);
    expect(stream.report).toMatchObject({ rows: 3, rated: 2, unrated: 1, skipped: 0, emptyTexts: 1 });
  });

  test('with the bytes cut anywhere', async () => {
    const bytes = gzipSync(threeCsv);
    for (const content of [Buffer.from(threeCsv), bytes]) {
      for (let at = 1; at < content.length; at++) {
        const input = stream(cut<Uint8Array>(content, [at]));
        expect(await collectReviews(readReviews('-', { input }))).toEqual(three);
      }
      const input = stream(cut<Uint8Array>(content, [...content.keys()]));
      expect(await collectReviews(readReviews('-', { input }))).toEqual(three);
    }
  });

  test('from several files in their order, with a report for each', async () => {
    const paths = [file('one.csv', 'text,rating\nx,1\ny,2\n'), file('two.jsonl', '{"text":"z"}')];
    const reviews = readReviews(paths);
    expect(await collectReviews(reviews)).toEqual([
      { id: '1', text: 'x', rating: 1 },
      { id: '2', text: 'y', rating: 2 },
      { id: '1', text: 'z', rating: null },
    ]);
    const { files, ...total } = reviews.report;
    expect(total).toEqual({ rows: 3, rated: 2, unrated: 1, skipped: 0, emptyTexts: 0 });
    expect(files.map(({ format, rows, rated, columns }) => ({ format, rows, rated, columns }))).toEqual([
      { format: 'csv', rows: 2, rated: 2, columns: { text: 'text', rating: 'rating', id: null } },
      { format: 'jsonl', rows: 1, rated: 0, columns: { text: 'text', rating: null, id: null } },
    ]);
  });

  test('again when a stream over files is read a second time, and the report is that of one pass', async () => {
    const reviews = readReviews(file('again.csv', threeCsv));
    expect(await collectReviews(reviews)).toEqual(await collectReviews(reviews));
    expect(reviews.report.rows).toBe(3);
    expect(reviews.report.files).toHaveLength(1);
  });
});

describe('plain text', () => {
  test('is one unlabelled review per line that is not blank', async () => {
    const path = file('lines.txt', 'good food\r\n\r\n"not, parsed"\n{nor this');
    expect(await collectReviews(readReviews(path))).toEqual([
      { id: '1', text: 'good food', rating: null },
      { id: '2', text: '"not, parsed"', rating: null },
      { id: '3', text: '{nor this', rating: null },
    ]);
    expect(await complaint('a\nb', { format: 'txt', requireRating: true })).toMatch(/holds no ratings/);
  });
});

describe('encodings', () => {
  const latin = Buffer.from('text,rating\ncaf\xe9 cr\xe8me,4\n', 'latin1');

  test('other than UTF-8 are named by the user', async () => {
    for (const encoding of ['latin1', 'windows-1252', 'ISO-8859-15']) {
      expect((await reviewsIn(latin, { encoding }))[0].text).toBe('café crème');
    }
    const euro = Buffer.from('text\n\x80 5 \x93quoted\x94\n', 'latin1');
    expect((await reviewsIn(euro, { encoding: 'windows-1252' }))[0].text).toBe('€ 5 “quoted”');
    const wide = Buffer.from('text\ncafé 🙂\n', 'utf16le');
    expect((await reviewsIn(wide, { encoding: 'utf-16le' }))[0].text).toBe('café 🙂');
  });

  test('that are wrong are an error with line and byte, wherever the chunks end', async () => {
    for (let at = 0; at < latin.length; at++) {
      const input = stream(cut<Uint8Array>(latin, [at]));
      const { message, hint } = await refusal(() => collectReviews(readReviews('-', { input })));
      expect(message).toMatch(/^standard input, line 2: byte 1[56] \(counted from 0\) is not valid utf-8$/);
      expect(hint).toContain('--encoding windows-1252');
    }
  });

  test('that break in one line cost that row when bad rows are skipped; a U+FFFD of the file itself does not', async () => {
    const bytes = Buffer.concat([
      Buffer.from('text,rating\nfine é \ufffd,4\n'),
      latin.subarray(12),
      Buffer.from('ok,2\n'),
    ]);
    const reviews = readReviews('-', { input: [bytes], skipBadRows: true });
    expect((await collectReviews(reviews)).map(({ text }) => text)).toEqual(['fine é \ufffd', 'ok']);
    expect(reviews.report.files[0].reasons).toEqual([
      'row 3: it holds bytes that are not valid in the encoding',
    ]);
  });

  test('that end within a character are an error', async () => {
    expect(await complaint(Buffer.from('text\ncafé').subarray(0, -1))).toMatch(
      /line 2: byte .* not valid utf-8/,
    );
    expect(
      await complaint(Buffer.from('text\nab', 'utf16le').subarray(0, -1), { encoding: 'utf-16le' }),
    ).toMatch(/not valid utf-16le/);
  });

  test('that do not exist are refused', async () => {
    const { code, message } = await refusal(() => reviewsIn('text\nx', { encoding: 'latin-99' }));
    expect([code, message]).toEqual(['BAD_OPTION', 'there is no encoding "latin-99"']);
  });
});

describe('streaming', () => {
  test('reads no further than it is asked to, and closes its input', async () => {
    let chunks = 0;
    let closed = false;
    async function* endless() {
      try {
        yield Buffer.from('text,rating\n');
        for (;;) {
          chunks++;
          yield Buffer.from('good food,4\n'.repeat(1000));
        }
      } finally {
        closed = true;
      }
    }
    let seen = 0;
    for await (const _ of readReviews('-', { input: endless() })) if (++seen === 2500) break;
    expect(chunks).toBeLessThan(10);
    expect(closed).toBe(true);
  });

  test('does so through gzip too', async () => {
    let taken = 0;
    let closed = false;
    const packed = gzipSync(
      'text,rating\n' +
        Array.from({ length: 400_000 }, (_, i) => `good ${(i * 7919) % 100_003},4\n`).join(''),
    );
    async function* slowly() {
      try {
        for (let at = 0; at < packed.length; at += 1000, taken++) yield packed.subarray(at, at + 1000);
      } finally {
        closed = true;
      }
    }
    for await (const _ of readReviews('-', { input: slowly() })) break;
    expect(closed).toBe(true);
    expect(taken).toBeLessThan(packed.length / 1000 / 2);
  });

  test('of standard input happens once', async () => {
    const reviews = readReviews('-', { input: [Buffer.from('text\nx')] });
    await collectReviews(reviews);
    const { message } = await refusal(() => collectReviews(reviews));
    expect(message).toBe('standard input can be read only once');
  });
});

describe('readTable', () => {
  test('gives each row as it stands, with its header, delimiter and place', async () => {
    const rows = await rowsIn('\ufeff id ;text;x\r\n1;"a;b";\r\n\r\n2;c;y\r\n');
    expect(
      rows.map(({ row, record, review, source }) => ({ row, record, text: review.text, source })),
    ).toEqual([
      { row: 2, record: ['1', 'a;b', ''], text: 'a;b', source: null },
      { row: 4, record: ['2', 'c', 'y'], text: 'c', source: null },
    ]);
    expect(rows[0].head).toEqual({
      name: 'standard input',
      format: 'csv',
      header: [' id ', 'text', 'x'],
      delimiter: ';',
    });
    expect(rows[1].head).toBe(rows[0].head);
  });

  test('gives the lines of JSON lines and of plain text', async () => {
    const [row] = await rowsIn('{"text": "a", "n": 1.50}\n');
    expect([row.source, row.record, row.head.delimiter]).toEqual(['{"text": "a", "n": 1.50}', [], null]);
    expect((await rowsIn('good\n', { format: 'txt' }))[0].source).toBe('good');
  });

  test('reads nothing before it is iterated', () => {
    expect(readTable(join(folder, 'never-there.csv')).report.files).toEqual([]);
  });
});

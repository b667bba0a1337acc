import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { StarlingError } from '../../src/errors.ts';
import {
  complaint,
  cut,
  refusal,
  reviewsIn,
  stream,
  temporaryFiles,
  threeCsv,
  threeJson,
} from './helpers.ts';

const { folder, file } = temporaryFiles();

describe('a bad file is refused with its name', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['empty.csv', '', /empty\.csv is empty/],
    ['blank.csv', ' \n\n', /blank\.csv is empty/],
    ['empty.gz', gzipSync(''), /empty\.gz is empty/],
    ['header.csv', 'id,text,rating\n', /header\.csv has a header but no rows/],
    ['binary.csv', Buffer.from([83, 81, 76, 105, 116, 101, 0, 1]), /binary\.csv is a binary file/],
    ['packed-binary.gz', gzipSync(Buffer.from([1, 0, 2, 0])), /packed-binary\.gz is a binary file/],
    ['wide.csv', Buffer.from('text\nx', 'utf16le'), /wide\.csv is a binary file.*--encoding utf-16le/],
    ['book.xlsx', Buffer.from([0x50, 0x4b, 3, 4, 20, 0]), /book\.xlsx is a zip archive.*export CSV/],
    [
      'cut.csv.gz',
      gzipSync(threeCsv).subarray(0, 60),
      /cut\.csv\.gz is cut off: its gzip data end too early/,
    ],
    ['damaged.gz', gzipSync(threeCsv).fill(255, 12, 40), /damaged\.gz holds damaged gzip data/],
    ['twice.csv', 'text,rating,text\na,1,b', /twice\.csv has two columns named "text"/],
    [
      'names.csv',
      'a,b\n1,2',
      /names\.csv has no column that is named like the text of a review: it has a, b/,
    ],
    ['typo.csv', 'txt,rating\n1,2', /has no column.*Name it: --text txt\./],
    ['array.json', '[{"text":"a"}]', /array\.json, row 1: expected a JSON object on a line.*jq -c/],
    ['open-header.csv', '"text,rating\nx,1', /open-header\.csv, row 1: a quoted field is never closed/],
  ])('%s', async (name, content, message) => {
    const {
      code,
      message: got,
      hint,
    } = await refusal(() => collectReviews(readReviews(file(name, content))));
    expect(code).toBe('BAD_INPUT');
    expect(`${got}. ${hint}`).toMatch(message);
    // Nor is it any better when bad rows are skipped.
    await refusal(() => collectReviews(readReviews(join(folder, name), { skipBadRows: true })));
  });

  test('that is not there, or is a folder', async () => {
    const missing = await refusal(() => collectReviews(readReviews(join(folder, 'none.csv'))));
    expect([missing.code, missing.message]).toEqual([
      'NO_SUCH_FILE',
      `there is no file ${join(folder, 'none.csv')}`,
    ]);
    const directory = await refusal(() => collectReviews(readReviews(folder)));
    expect([directory.code, directory.message]).toEqual([
      'NO_SUCH_FILE',
      `${folder} is a folder, expected a review file`,
    ]);
  });

  test('that lacks a named column, with the one that was probably meant', async () => {
    const csv = 'id,text,rating\n1,x,5';
    expect(await complaint(csv, { rating: 'stars' })).toBe(
      'no column "stars" in standard input: it has id, text, rating. Did you mean --rating rating?',
    );
    expect(await complaint(csv, { text: 'Txt' })).toContain('Did you mean --text text?');
    expect(await complaint('a b,c\nx,1', { text: 'a-b' })).toContain('Did you mean --text "a b"?');
    expect(await complaint('text\nx', { requireRating: true })).toContain(
      'has no column that is named like a rating',
    );
  });
});

describe('a bad row', () => {
  const bad: [string, string, string][] = [
    ['has too few fields', '2,x', 'it has 2 fields, expected 3 as in the first row'],
    ['has too many fields', '2,x,3,', 'it has 4 fields, expected 3 as in the first row'],
    ['has a text that should be quoted', '2,x, and y,3', 'it has 4 fields, expected 3 as in the first row'],
    ['has an unclosed quote', '2,"x,3', 'a quoted field is never closed'],
    ['has a broken quote', '2,"x"y,3', 'a quoted field goes on after its closing quote, or lacks one'],
    ['has a bad rating', '2,x,good', 'the rating "good" is no number'],
    ['holds a NUL', '2,x\0,3', 'it holds a NUL character'],
  ];
  const input = (row: string) => [
    Buffer.from('id,text,rating\n1,"two\nlines",1\n'),
    Buffer.from(`${row}\n3,z,3\n`), // apart, as a NUL in the first chunk says that the file is binary
  ];

  test.each(bad)('that %s is refused with its place', async (_, row, message) => {
    const { code, message: got } = await refusal(() =>
      collectReviews(readReviews('-', { input: input(row) })),
    );
    expect([code, got]).toEqual(['BAD_INPUT', `standard input, row 3 (line 4): ${message}`]);
  });

  test.each(bad)('that %s is left out and counted with skipBadRows', async (_, row, message) => {
    const reviews = readReviews('-', { input: input(row), skipBadRows: true });
    expect((await collectReviews(reviews)).map(({ id }) => id)).toEqual(['1', '3']);
    expect(reviews.report).toMatchObject({ rows: 3, rated: 2, skipped: 1 });
    expect(reviews.report.files[0].reasons).toEqual([`row 3 (line 4): ${message}`]);
  });

  test('has no rating where one is required', async () => {
    const csv = 'text,rating\nx,\ny,2';
    expect(await complaint(csv, { requireRating: true })).toContain('row 2: the review has no rating');
    expect(await reviewsIn(csv, { requireRating: true, skipBadRows: true })).toHaveLength(1);
  });

  test('after which none is good is an error after all', async () => {
    expect(await complaint('text,rating\nx,a\ny,b', { skipBadRows: true })).toContain(
      'has no good row: all 2 are bad, the first of them row 2: the rating "a" is no number',
    );
  });

  test('is told of ten times at most, and counted always', async () => {
    const reviews = readReviews('-', {
      input: [Buffer.from(`text,rating\nx,1\n${'x,bad\n'.repeat(50)}`)],
      skipBadRows: true,
    });
    await collectReviews(reviews);
    expect(reviews.report.skipped).toBe(50);
    expect(reviews.report.files[0].reasons).toHaveLength(10);
  });
});

describe('whatever the bytes are', () => {
  const damaged = fc
    .tuple(
      fc.constantFrom(threeCsv, threeJson, threeCsv.replaceAll('\n', '\r\n'), threeCsv.replaceAll(',', '\t')),
      fc.array(fc.tuple(fc.nat(150), fc.constantFrom(0, 10, 13, 34, 44, 9, 92, 123, 195, 169, 255)), {
        maxLength: 4,
      }),
      fc.nat(200),
      fc.boolean(),
    )
    .map(([text, changes, length, packed]) => {
      const bytes = Buffer.from(text);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return packed ? gzipSync(bytes).subarray(0, length) : bytes.subarray(0, length);
    });

  test('the outcome is reviews or a StarlingError, and the same wherever the chunks end', async () => {
    const outcome = async (chunks: readonly Uint8Array[], skipBadRows: boolean) => {
      try {
        return await collectReviews(readReviews('-', { input: stream(chunks), skipBadRows }));
      } catch (error) {
        expect(error).toBeInstanceOf(StarlingError);
        return 'refused'; // of two faults, which one is met first may depend on the chunks
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })),
        fc.array(fc.nat(150), { maxLength: 5 }),
        fc.boolean(),
        async (bytes, at, skip) => {
          // A NUL in the first chunk says "binary file", a later one spoils its row: compare without that difference.
          fc.pre(!bytes.includes(0) || at.length === 0);
          expect(await outcome(cut<Uint8Array>(bytes, at), skip)).toEqual(await outcome([bytes], skip));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('options that cannot be are refused at once', () => {
  test.each([
    [[], {}, 'no review file was given'],
    [['-', '-'], {}, 'standard input ("-") was given twice'],
    [
      'a.csv',
      { format: 'xml' },
      'there is no format "xml", expected csv, tsv, jsonl, txt, fasttext, svmlight or parquet',
    ],
    ['a.csv', { delimiter: '' }, 'the delimiter "" is not one character'],
    ['a.csv', { delimiter: '||' }, 'the delimiter "||" is not one character'],
    ['a.csv', { delimiter: '"' }, 'the delimiter "\\"" is not one character'],
    ['a.csv', { requireRating: true, ignoreRatings: true }, 'ratings cannot be both required and ignored'],
  ])('%j %j', async (sources, options, message) => {
    const { code, message: got } = await refusal(() => readReviews(sources, options as object));
    expect([code, got]).toEqual(['BAD_OPTION', message]);
  });

  test('a delimiter may be written as a word', async () => {
    for (const delimiter of ['tab', '\\t', '\t']) {
      expect((await reviewsIn('text\trating\na,b\t4', { delimiter }))[0]).toMatchObject({
        text: 'a,b',
        rating: 4,
      });
    }
  });
});

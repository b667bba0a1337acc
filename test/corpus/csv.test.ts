import { parse as oracle } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvRecord, type Dialect, readRecords, sniffDialect } from '../../src/corpus/csv.ts';
import { csvLine } from '../../src/corpus/write-rows.ts';
import { cut, stream } from './helpers.ts';

const comma: Dialect = { delimiter: ',', newline: '\n' };

async function records(chunks: readonly string[], dialect = comma, limit?: number): Promise<CsvRecord[]> {
  const all: CsvRecord[] = [];
  for await (const record of readRecords('', stream(chunks), dialect, limit)) all.push(record);
  return all;
}

const fieldsOf = async (chunks: readonly string[], dialect = comma): Promise<(readonly string[])[]> =>
  (await records(chunks, dialect)).map(({ fields, problem }) => {
    expect(problem).toBeNull();
    return fields;
  });

/** Fields of the characters that matter to CSV, and of others. */
const field = fc
  .array(fc.constantFrom('"', ',', ';', '\t', '\n', '\r\n', ' ', 'a', '5', 'é', '🙂', '\u2028', '', "'"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
  fc.record({
    rows: fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    newline: fc.constantFrom('\n', '\r\n'),
    quoteAll: fc.boolean(),
    endsWithNewline: fc.boolean(),
  }),
);

type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

function written({ rows, delimiter, newline, quoteAll, endsWithNewline }: Table): string {
  const quote = (value: string): string =>
    quoteAll || /["\r\n]|^ | $/.test(value) || value.includes(delimiter)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const text = rows.map((row) => row.map(quote).join(delimiter)).join(newline);
  return endsWithNewline ? text + newline : text;
}

describe('records', () => {
  test('are those of csv-parse, for any fields, delimiter and line end, with chunks that end anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(200), { maxLength: 12 }), async (given, at) => {
        const text = written(given);
        const expected = oracle(text, { delimiter: given.delimiter }) as string[][];
        expect(expected).toEqual(given.rows); // else the oracle was fed something that is no CSV
        const dialect: Dialect = { delimiter: given.delimiter, newline: '\n' };
        expect(await fieldsOf(cut(text, at), dialect)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('are the same for a cut at every position', async () => {
    const text = 'id,text\r\n1,"say ""no"""\r\n"2" ,"two\r\nlines, ""é"""\n3,plain\r\n"","🙂"';
    const whole = await fieldsOf([text]);
    expect(whole).toEqual([
      ['id', 'text'],
      ['1', 'say "no"'],
      ['2', 'two\r\nlines, "é"'],
      ['3', 'plain'],
      ['', '🙂'],
    ]);
    for (let at = 0; at <= text.length; at++) expect(await fieldsOf(cut(text, [at]))).toEqual(whole);
    expect(await fieldsOf([...text])).toEqual(whole);
  });

  test('lose the CR of a CRLF line end and keep one within quotes, when the two line ends are mixed', async () => {
    expect(await fieldsOf(['a,b\n1,x\r\n2,"y\r"\n3,"z"\r\n4,\r\n'])).toEqual([
      ['a', 'b'],
      ['1', 'x'],
      ['2', 'y\r'],
      ['3', 'z'],
      ['4', ''],
    ]);
  });

  test('may end with a lone CR, as on an old Mac', async () => {
    expect(await fieldsOf(['a,b\r1,"x\ry"\r2,z'], { delimiter: ',', newline: '\r' })).toEqual([
      ['a', 'b'],
      ['1', 'x\ry'],
      ['2', 'z'],
    ]);
  });

  test('carry the row as a spreadsheet counts and the line as an editor counts', async () => {
    const places = (await records(['a,b\n\n1,"x\n\ny"\n2,z\n'])).map(({ row, line }) => [row, line]);
    expect(places).toEqual([
      [1, 1],
      [3, 3],
      [4, 6],
    ]);
  });

  test('are not blank lines, but a quoted empty field is one', async () => {
    expect(await fieldsOf(['text\n\n  \n""\nx\n\n'])).toEqual([['text'], [''], ['x']]);
    expect(await fieldsOf(['a\tb\n\t\n'], { delimiter: '\t', newline: '\n' })).toEqual([
      ['a', 'b'],
      ['', ''],
    ]);
  });

  test('are not typed: 007 and true stay as they are written', async () => {
    expect(await fieldsOf(['007,true,1e3'])).toEqual([['007', 'true', '1e3']]);
  });
});

describe('a broken quote', () => {
  const good = (all: readonly CsvRecord[]) => all.filter((r) => !r.problem).map((r) => r.fields[0]);
  const bad = (all: readonly CsvRecord[]) => all.filter((r) => r.problem).map((r) => r.line);

  test.each([
    ['that is never closed', '1,a\n2,"b\n3,c\n4,d\n'],
    ['with text after it', '1,a\n2,"b"b\n3,c\n4,d\n'],
    ['that is closed by a quote further down', '1,a\n2,"b\n3,"c"\n4,d\n'],
    ['with a backslash before it', '1,a\n2,"b\\"b",x\n3,c\n4,d\n'],
  ])('%s costs its line and not the rest of the file', async (_, text) => {
    for (const chunks of [[text], [...text]]) {
      const all = await records(chunks);
      expect(bad(all)).toEqual([2]);
      expect(good(all)).toEqual(['1', '3', '4']);
    }
  });

  test('in the last record is found too', async () => {
    expect(bad(await records(['1,a\n2,"b']))).toEqual([2]);
    expect(bad(await records(['1,a\n2,"b"x']))).toEqual([2]);
  });

  test('is not seen where blanks follow a closing quote, wherever the chunks end', async () => {
    expect(await fieldsOf([...'1,"b"  \n"2"\t,c\n3,"d" '])).toEqual([
      ['1', 'b'],
      ['2', 'c'],
      ['3', 'd'],
    ]);
  });

  test('in every line takes time in proportion to the file', async () => {
    const text = '1,"abc never closed,3\n'.repeat(20_000);
    const started = performance.now();
    expect(await records([text])).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(10_000); // two minutes if each is parsed to the end
  });
});

describe('a record that is too long', () => {
  const long = 'x'.repeat(5000);

  test.each([
    ['an unclosed quote', `1,"${long}\n2,b\n`, /never closed/],
    ['a quoted field', `1,"${long}"\n2,b\n`, /never closed|longer than 1,000/],
    ['a line without end', `1,${long}\n2,b\n`, /longer than 1,000/],
  ])('is given up, and the reading goes on after it: %s', async (_, text, message) => {
    for (const chunks of [cut(text, [500, 1000, 1500, 2000, 2500]), [text]]) {
      const all = await records(chunks, comma, 1000);
      expect(all.map(({ line, fields }) => [line, fields[0]])).toEqual([
        [1, undefined],
        [2, '2'],
      ]);
      expect(all[0].problem!.what).toMatch(message);
    }
  });

  test('takes time in proportion to its length', async () => {
    const text = `1,"${'word word '.repeat(400_000)}"\n`;
    const at = Array.from({ length: 4000 }, (_, i) => i * 1000);
    const started = performance.now();
    expect((await fieldsOf(cut(text, at)))[0][1]).toHaveLength(4_000_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('the dialect', () => {
  test.each([
    ['id,text\n', ',', '\n'],
    ['id;"te,,,xt"\r\n', ';', '\n'],
    ['id\ttext, long\tx\n', '\t', '\n'],
    ['\n\nid|text\n', '|', '\n'],
    ['"id";"text"\nx,y,z\n', ';', '\n'],
    ['"id","te\nxt"\rx', ',', '\r'],
    ['id,text\rx', ',', '\r'],
    ['text\n', ',', '\n'],
  ])('of %j has the delimiter %j and the line end %j', (text, delimiter, newline) => {
    expect(sniffDialect(text, false)).toEqual({ delimiter, newline });
  });

  test.each(['id,te', '"id\n', 'id,text\r', '\n\n'])('of %j is not known before the line ends', (text) => {
    expect(sniffDialect(text, false)).toBeNull();
    expect(sniffDialect(text, true)).not.toBeNull();
  });
});

describe('csvLine', () => {
  test('gives back what csv-parse and we read, for any fields', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(field, fc.string()), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(',', ';', '\t'),
        async (fields, delimiter) => {
          const text = csvLine(fields, delimiter);
          expect(oracle(text, { delimiter })).toEqual([fields]);
          expect(await fieldsOf([text], { delimiter, newline: '\n' })).toEqual([fields]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('quotes only where it must', () => {
    expect(csvLine(['a', 'b c', "it's", '1;2', ''])).toBe("a,b c,it's,1;2,\n");
    expect(csvLine(['a,b', 'say "x"', 'two\nlines', ' y'])).toBe('"a,b","say ""x""","two\nlines"," y"\n');
    expect(csvLine(['a,b', 'c;d'], ';', '\r\n')).toBe('a,b;"c;d"\r\n');
    expect(csvLine([''])).toBe('""\n');
  });
});

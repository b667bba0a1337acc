import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { MAIN, sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const model = folder.file('model');

beforeAll(async () => {
  const reviews = folder.file('reviews.csv', sampleCsv(100));
  const { code, stderr } = await starling(['train', reviews, ...TINY, '--out', model]);
  if (code !== 0) throw new Error(stderr);
});

interface Predicted {
  readonly stdout: string;
  readonly stderr: string;
}

async function predict(input: string | Uint8Array, ...args: string[]): Promise<Predicted> {
  const { code, stdout, stderr } = await starling(['predict', model, ...args], { input });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return { stdout, stderr };
}

const cells = (csv: string, delimiter = ','): string[][] => parse(csv, { delimiter, relaxQuotes: false });

describe('CSV', () => {
  test.each([
    ['plain', 'id,text\n1,the food was lovely\n2,the soup was awful\n', ','],
    [
      'quotes, delimiters and line breaks in fields',
      'text,note\n"a ""great"" place, kind","two\nlines"\n',
      ',',
    ],
    ['CRLF and a byte order mark', '\ufefftext,note\r\n"tasty, kind",x\r\nrude,"y\r\nz"\r\n', ','],
    ['semicolons', 'text;price\nlovely food;3,50\n', ';'],
    ['tabs', 'text\tnote\nlovely, food\tx\n', '\t'],
    ['no line end at the end, spaces at the ends of fields', 'text, odd \nlovely food," x "\ncold , y', ','],
    ['names that mean something to JavaScript', '__proto__,constructor,text\na,b,lovely food\n', ','],
    ['a column without a name, a column of numbers', 'text,,n\nlovely food,,007\n', ','],
    ['ratings that are no numbers', 'text,rating\nlovely food,five stars\n', ','],
    ['texts that are empty', 'text,x\n,1\n"",2\n', ','],
  ])(
    '%s: every field comes back as it was, with a rating in a new last column',
    async (_, input, delimiter) => {
      const before = cells(input.replace('\ufeff', ''), delimiter);
      const after = cells((await predict(input)).stdout, delimiter);
      expect(after.map((row) => row.slice(0, -1))).toEqual(before);
      expect(after[0].at(-1)).toBe('predicted_rating');
      for (const row of after.slice(1)) {
        expect(Number(row.at(-1))).toBeGreaterThanOrEqual(1);
        expect(Number(row.at(-1))).toBeLessThanOrEqual(5);
      }
    },
  );

  test('a name that is taken gets a number', async () => {
    const { stdout } = await predict('text,predicted_rating\nlovely food,1\n');
    expect(cells(stdout)[0]).toEqual(['text', 'predicted_rating', 'predicted_rating_2']);
  });

  test('fields come back as they came; --spreadsheet marks those that could be formulas as text', async () => {
    const csv = 'text,n\n=1+1,-3\n';
    expect((await predict(csv)).stdout).toMatch(/^=1\+1,-3,/m);
    expect((await predict(csv, '--spreadsheet')).stdout).toMatch(/^'=1\+1,-3,/m);
  });

  test('--distribution adds the probability of each level; their expectation is the rating', async () => {
    const { stdout } = await predict('text\nlovely food\n', '--distribution');
    const [names, values] = cells(stdout);
    expect(names.slice(1)).toEqual(['predicted_rating', ...[1, 2, 3, 4, 5].map((n) => `probability_${n}`)]);
    const [rating, ...probabilities] = values.slice(1).map(Number);
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(probabilities.reduce((sum, p, i) => sum + p * (i + 1), 0)).toBeCloseTo(rating, 4);
  });

  test('files with the same columns follow each other under one header; others are refused', async () => {
    const a = folder.file('a.csv', 'id,text\n1,lovely food\n');
    const b = folder.file('b.tsv', 'id\ttext\n2\tawful food\n');
    const c = folder.file('c.csv', 'text\nno id\n');
    expect(cells((await predict('', a, b)).stdout).map(([id]) => id)).toEqual(['id', '1', '2']);
    const refused = await starling(['predict', model, a, c]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`starling: ${c} has other columns than ${a}\n`);
    const lines = (await predict('', a, c, '--json')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ['id', 'text', 'predicted_rating'],
      ['text', 'predicted_rating'],
    ]);
  });

  test('rows that cannot be read stop it, or are left out and reported', async () => {
    const bad = folder.file('bad.csv', 'id,text\n1,fine\n2,too,many\n3,good\n');
    const { code, stderr } = await starling(['predict', model, bad]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('row 3: it has 3 fields, expected 2')]);
    const lenient = await predict('', bad, '--skip-bad-rows');
    expect(cells(lenient.stdout).map(([id]) => id)).toEqual(['id', '1', '3']);
    expect(lenient.stderr).toContain('left out 1 of 3 rows');
  });
});

describe('JSON lines', () => {
  test('get a property at their end; what was there stays as it was written', async () => {
    const line = '{"n": 12345678901234567890, "text":"lovely \\u00e9 food"}';
    const { stdout } = await predict(`${line}\n`);
    expect(stdout.startsWith(line.slice(0, -1))).toBe(true);
    expect(JSON.parse(stdout).predicted_rating).toBeTypeOf('number');
  });

  test('--distribution is an object from level to probability; names that are taken get a number', async () => {
    const { stdout } = await predict(
      '{"text":"a","distribution":1,"predicted_rating":2}\n',
      '--distribution',
    );
    expect(JSON.parse(stdout)).toEqual({
      text: 'a',
      distribution: 1,
      predicted_rating: 2,
      predicted_rating_2: expect.any(Number),
      distribution_2: Object.fromEntries([1, 2, 3, 4, 5].map((level) => [level, expect.any(Number)])),
    });
  });

  test('--json makes them of everything', async () => {
    const csv = await predict('id,text,__proto__\n007,lovely food,x\n', '--json');
    expect(csv.stdout).toMatch(
      /^\{"id":"007","text":"lovely food","__proto__":"x","predicted_rating":[\d.]+\}\n$/,
    );
    const text = await predict('lovely food\n', '--json', '--format', 'txt');
    expect(text.stdout).toMatch(/^\{"text":"lovely food","predicted_rating":[\d.]+\}\n$/);
  });
});

describe('text', () => {
  test('gives one rating per line, and a blank line for a blank one', async () => {
    const { stdout } = await predict('lovely food\n\n\nawful food\r\n', '--format', 'txt');
    expect(stdout).toMatch(/^[\d.]+\n\n\n[\d.]+\n$/);
  });

  test('the same text gets the same rating from every format', async () => {
    const txt = await predict('the food was lovely and kind\n', '-', '--format', 'txt');
    const rating = Number(txt.stdout);
    const jsonl = await predict('{"text":"the food was lovely and kind"}\n', '-');
    const csv = await predict('text\nthe food was lovely and kind\n');
    expect(JSON.parse(jsonl.stdout).predicted_rating).toBe(rating);
    expect(Number(cells(csv.stdout)[1][1])).toBe(rating);
  });

  test('texts without a known word are counted', async () => {
    const { stderr } = await predict('lovely food\nxyzzy plugh\n', '--format', 'txt');
    expect(stderr).toContain('1 of 2 texts hold no word that the model knows');
  });
});

describe('streams', () => {
  test.each([
    ['text', ['--format', 'txt'], 'lovely food\n', /^[\d.]+\n$/],
    ['CSV', [], 'text\nlovely food\n', /^text,predicted_rating\nlovely food,[\d.]+\n$/],
    ['JSON lines', [], '{"text":"lovely food"}\n', /^\{.*\}\n$/],
  ])('a line of %s is answered while the input is still open', async (_, args, input, answer) => {
    const running = start(['predict', model, '-', ...args]);
    running.child.stdin!.write(input);
    await running.heard('.'); // the decimal point of the rating
    expect(running.child.exitCode).toBeNull();
    running.child.stdin!.end();
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(answer);
  });

  test('many rows come back complete and in order', async () => {
    const input = sampleCsv(5000);
    const { stdout } = await predict(input);
    expect(cells(stdout).map((row) => row.slice(0, 3))).toEqual(cells(input));
  });

  test.skipIf(process.platform === 'win32')('a reader that has seen enough is a good end', () => {
    const big = folder.file('big.csv', sampleCsv(20_000));
    const pipe = 'set -o pipefail; "$0" "$1" predict "$2" "$3" | head -n 1';
    const { status, stdout, stderr } = spawnSync('bash', ['-c', pipe, process.execPath, MAIN, model, big], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'id,text,rating,predicted_rating\n',
      stderr: '',
    });
  });
});

describe('--out', () => {
  const temporaries = (): string[] => readdirSync(folder.path).filter((name) => name.includes('.new-'));

  test('writes the file and nothing to standard output; the input may be the same file', async () => {
    const file = folder.file('same.csv', 'text\nlovely food\n');
    expect((await predict('', file, '--out', file)).stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(/^text,predicted_rating\nlovely food,[\d.]+\n$/);
    expect(temporaries()).toEqual([]);
  });

  test('ends in .gz: is packed', async () => {
    const file = folder.file('rated.csv.gz');
    await predict('text\nlovely food\n', '--out', file);
    expect(gunzipSync(readFileSync(file)).toString()).toMatch(/^text,predicted_rating\n/);
  });

  test('follows a link and leaves it one', async () => {
    const file = folder.file('target.csv', 'old');
    const link = folder.file('link.csv');
    symlinkSync('target.csv', link);
    await predict('text\nlovely food\n', '--out', link);
    expect(readFileSync(file, 'utf8')).toContain('predicted_rating');
  });

  test.skipIf(process.platform === 'win32')('writes to a device, and does not take its place', async () => {
    await predict('text\nlovely food\n', '--out', '/dev/null');
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  test('an error in the middle leaves the old file as it was, and nothing beside it', async () => {
    const file = folder.file('keep.csv', 'the old content\n');
    const input = `${sampleCsv(3000)}a,row,with,too,many\n`;
    const { code, stdout } = await starling(['predict', model, '--out', file], { input });
    expect([code, stdout]).toEqual([3, '']);
    expect(readFileSync(file, 'utf8')).toBe('the old content\n');
    expect(temporaries()).toEqual([]);
  });

  test('Ctrl-C in the middle does so too', async () => {
    const file = folder.file('keep2.csv', 'the old content\n');
    const running = start(['predict', model, '--out', file]);
    running.child.stdin!.write(sampleCsv(3000));
    while (temporaries().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    running.child.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: 'starling: interrupted\n' });
    expect(readFileSync(file, 'utf8')).toBe('the old content\n');
    expect(temporaries()).toEqual([]);
  });
});

test('a linear head has no distribution, which is said before anything is read', async () => {
  const linear = folder.file('linear');
  const reviews = join(folder.path, 'reviews.csv');
  await starling(['train', reviews, ...TINY, '--head', 'linear', '--out', linear]);
  const { code, stderr } = await starling(['predict', linear, 'not-there.csv', '--distribution']);
  expect(code).toBe(2);
  expect(stderr).toContain('linear head');
});

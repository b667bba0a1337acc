/** The formats that are not text tables, through the command line: in by name or content, out by the name of the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { json, starling, temporaryFolder } from './helpers.ts';

const MODEL = fileURLToPath(new URL('../../models/restaurants', import.meta.url));
const folder = temporaryFolder();
const CSV = 'id,text,rating\n007,Lovely food!,5\n8,"The soup was cold, very cold",1\n';

const objectsIn = (path: string) => parquetReadObjects({ file: Uint8Array.from(readFileSync(path)).buffer });

test('predict writes Parquet when --out ends in it: every column, the rating and the probabilities as numbers', async () => {
  const input = folder.file('in.csv', CSV);
  const out = folder.file('out.parquet');
  expect(await starling(['predict', MODEL, input, '--distribution', '--out', out])).toMatchObject({
    code: 0,
  });
  const lines = (await starling(['predict', MODEL, input, '--distribution'])).stdout.trimEnd().split('\n');
  const rows = await objectsIn(out);
  expect(Object.keys(rows[0]).join(',')).toBe(lines[0]);
  expect(rows.map((row) => [row.id, row.text, row.rating])).toEqual([
    ['007', 'Lovely food!', '5'],
    ['8', 'The soup was cold, very cold', '1'],
  ]);
  expect(rows.map((row) => String(row.predicted_rating))).toEqual(
    lines.slice(1).map((line) => line.split(',').at(-6)),
  );
});

test('columns as other tools name them, a text in two of them, and ratings that are words', async () => {
  const reviews = folder.file(
    'words.csv',
    'title,body,sentiment\nNever again,The soup was cold.,negative\nLovely,The soup was warm.,positive\n',
  );
  const flags = [reviews, '--text', 'title', '--text', 'body'];
  const { stdout, stderr } = await starling(['inspect', ...flags]);
  expect(stderr).toBe(`${reviews}: negative counts as 0, neutral as 0.5, positive as 1\n`);
  expect(stdout).toMatch(/title \+ body +sentiment/);
  const twoColumns = await starling(['predict', MODEL, ...flags, '--json']);
  const joined = folder.file('joined.txt', 'Never again The soup was cold.\nLovely The soup was warm.\n');
  const ratings = ({ stdout }: { stdout: string }) =>
    stdout.match(/"predicted_rating": ?[\d.]+/g)?.map((line) => line.split(':')[1].trim());
  expect(ratings(twoColumns)).toHaveLength(2);
  expect(ratings(twoColumns)).toEqual(ratings(await starling(['predict', MODEL, joined, '--json'])));
  const config = folder.file('columns.json', '{"text": ["title", "body"]}');
  expect(ratings(await starling(['predict', MODEL, reviews, '--config', config, '--json']))).toEqual(
    ratings(twoColumns),
  );
});

test('predict reads Parquet and gives JSON lines, or Parquet again with another column', async () => {
  const input = folder.file('in.parquet');
  const columnData = [
    { name: 'text', data: ['Lovely food!', 'cold soup'] },
    { name: 'stars', data: [5n, 1n] },
  ];
  writeFileSync(input, new Uint8Array(parquetWriteBuffer({ columnData })));
  const { stdout } = await starling(['predict', MODEL, input]);
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(objects.map(({ text, stars }) => [text, stars])).toEqual([
    ['Lovely food!', 5],
    ['cold soup', 1],
  ]);
  expect(objects[0].predicted_rating).toBeGreaterThan(objects[1].predicted_rating);
  const again = folder.file('again.parquet');
  await starling(['predict', MODEL, input, '--out', again]);
  expect(await objectsIn(again)).toEqual(objects);
});

test('the name of --out says what rows become: the same ratings as CSV, JSON lines and Parquet, from each of them', async () => {
  const rows = [
    { id: '1', text: 'Lovely food, "really"', stars: 5, seen: true, tags: ['a', 'b'] },
    { id: '2', text: 'cold soup', stars: null, seen: false, tags: null },
  ];
  const lines = folder.file('from.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const to = async (from: string, name: string): Promise<string> => {
    const out = folder.file(name);
    expect(await starling(['predict', MODEL, from, '--distribution', '--out', out])).toMatchObject({
      code: 0,
      stderr: '',
    });
    return out;
  };
  const csv = await to(lines, 'to.csv');
  const parquet = await to(lines, 'to.parquet');
  const [head, first, second, ...more] = readFileSync(csv, 'utf8').split('\n');
  expect(more).toEqual(['']);
  expect(head).toMatch(/^id,text,stars,seen,tags,predicted_rating,probability_1,.*,probability_5$/);
  expect(first).toMatch(/^1,"Lovely food, ""really""",5,true,"\[""a"",""b""\]",[\d.]+(,[\d.]+){5}$/);
  expect(second).toMatch(/^2,cold soup,,false,,[\d.]+(,[\d.]+){5}$/);
  const ratings = (await objectsIn(parquet)).map((row) => row.predicted_rating);
  expect([first, second].map((line) => Number(line.split(',').at(-6)))).toEqual(ratings);

  // And on from each: what was predicted stands under its name, what is predicted now gets a number.
  for (const from of [csv, parquet, lines]) {
    const objects = readFileSync(await to(from, 'again.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects.map((row) => row.predicted_rating_2 ?? row.predicted_rating)).toEqual(ratings);
    const table = readFileSync(await to(from, 'again.csv'), 'utf8').split('\n');
    const column = table[0].split(',').indexOf(from === lines ? 'predicted_rating' : 'predicted_rating_2');
    expect(Number(table[2].split(',')[column])).toBe(ratings[1]);
  }
});

test('a row of JSON that has more properties than the first one is no row of CSV', async () => {
  const input = folder.file('odd.jsonl', '{"text":"a"}\n{"text":"b","extra":1}\n');
  const { code, stderr } = await starling(['predict', MODEL, input, '--out', folder.file('odd.csv')]);
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('row 2 has the property "extra", which the first row has not'),
  ]);
});

test('a Parquet file that cannot be written is said, and what stood there stands', async () => {
  const input = folder.file('in.csv', CSV);
  const { code, stderr } = await starling([
    'predict',
    MODEL,
    input,
    '--out',
    folder.file('no/such/x.parquet'),
  ]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('no/such/x.parquet: there is no such folder')]);
  const out = folder.file('kept.parquet', 'old');
  const bad = folder.file('bad.csv', `${CSV}1,2,3,4\n`);
  expect((await starling(['predict', MODEL, bad, '--out', out])).code).toBe(3);
  expect(readFileSync(out, 'utf8')).toBe('old');
});

test('evaluate reads fastText lines, and svmlight with its vocabulary', async () => {
  const labelled = await starling(['evaluate', MODEL, '-', '--json'], {
    input: '__label__5 lovely food\n__label__1 cold soup\n',
  });
  const words = folder.file('words.txt', 'lovely\nfood\ncold\nsoup\n');
  const bags = folder.file('bags.svm', '5 1:1 2:1\n1 3:1 4:1\n');
  const counted = await starling(['evaluate', MODEL, bags, '--vocabulary', words, '--json']);
  expect(json(counted)).toEqual(json(labelled));
  const { code, stderr } = await starling(['evaluate', MODEL, bags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Name them: --vocabulary FILE')]);
});

test('predict gives a line per line of fastText, blank ones included', async () => {
  const { stdout } = await starling(['predict', MODEL, '-'], {
    input: '__label__5 lovely food\n\nno label\n',
  });
  expect(stdout).toMatch(/^\d\.\d+\n\n\d\.\d+\n$/);
});

/** The Python programs: the port of the tokenizer against ours, and the numpy network on every kind of model. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { describe, expect, test } from 'vitest';
import { exportModel } from '../../src/exports/export-model.ts';
import { splitWords } from '../../src/text/tokenize.ts';
import { KINDS, randomModel, temporaryFolder } from './models.ts';
import { EXAMPLES, python, pythonWithNumpy, pythonWithOnnxruntime, run } from './programs.ts';

const folder = temporaryFolder();
const skipped = (needs: string, found: string | null): string =>
  found ? '' : ` (skipped: no ${needs} here)`;

/** What a Python expression over `text` gives for each text. */
function each(expression: string, texts: readonly string[]): unknown[] {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(EXAMPLES, 'python'))})
from starling_text import porter_stem, split_words
for text in json.load(sys.stdin):
    print(json.dumps(${expression}))`;
  const { code, stdout, stderr } = run(python!, ['-c', program], JSON.stringify(texts));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe.skipIf(!python)(`the Python tokenizer${skipped('python3', python)}`, () => {
  const pieces = [
    ...'abzABZ09 éÉßİıſñ人の한ж\u0301\u20e3٣²Ⅷﬁ😀\u200d\n\t.,;:-_/\\"()!?',
    ...["'", '\u2019', '\u2018', '\u02bc', '\u00b4', '\uff07', "n't", "'s", 'ΣΑΣ', 'e\u0301', 'A\u030a'],
    ...[
      '<',
      '>',
      '<b>',
      '</b>',
      '<br />',
      '<!--',
      '<3',
      '&',
      '&amp;',
      '&AMP;',
      '&lt;',
      '&#233;',
      '&#xE9;',
      '&#X41;',
    ],
    ...['&#0;', '&#55296;', '&#1114112;', '&nosuch;', '&rsquo;', '&eacute;', '&nbsp;', ';', '#'],
  ];
  const texts = fc.sample(
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((list) => list.join('')),
    {
      numRuns: 3000,
      seed: 7,
    },
  );

  test('splits 3,000 texts of letters, accents, markup and entities as ours does, with and without ! and ?', () => {
    expect(each('split_words(text, True)', texts)).toEqual(texts.map((text) => splitWords(text, true)));
    expect(each('split_words(text, False)', texts)).toEqual(texts.map((text) => splitWords(text, false)));
  });

  test('knows a tag by its length to the character', () => {
    const tags = [500, 501].map((n) => `a<b${'x'.repeat(n)}>c`);
    expect(each('split_words(text, True)', tags)).toEqual(tags.map((text) => splitWords(text, true)));
    expect(splitWords(tags[0], true)).toEqual(['a', 'c']);
  });

  test('stems every word of the sample corpus, and 20,000 made-up ones, as natural does', () => {
    const corpus = readFileSync(new URL('../../models/restaurants/vocabulary.json', import.meta.url), 'utf8');
    const known = (JSON.parse(corpus) as { terms: string[] }).terms;
    const endings =
      `sses ies ss s eed ed ing at bl iz y ational tional enci anci izer abli bli alli entli eli ousli ization
      ation ator alism iveness fulness ousness aliti iviti biliti logi icate ative alize iciti ical ful ness al ance ence er
      ic able ible ant ement ment ent ou ism ate iti ous ive ize sion tion ion e l ll`.split(/\s+/);
    const starts = fc.string({ unit: fc.constantFrom(..."abcdeilmnorstuyé'"), maxLength: 6 });
    const made = fc.sample(
      fc.tuple(starts, fc.array(fc.constantFrom(...endings), { minLength: 1, maxLength: 3 })),
      { numRuns: 20_000, seed: 11 },
    );
    const words = [...known, ...made.map(([start, list]) => start + list.join(''))];
    expect(each('porter_stem(text)', words)).toEqual(words.map((word) => porter.stem(word)));
  });
});

describe.skipIf(!pythonWithNumpy)(`predict.py${skipped('python3 with numpy', pythonWithNumpy)}`, () => {
  const program = join(EXAMPLES, 'python/predict.py');

  test.each(KINDS)(
    '%s: agrees with all golden cases (four of the kinds also from CSV and TensorFlow.js)',
    async (name, kind) => {
      const dir = join(folder, name.replaceAll(/\W+/g, '-'));
      const model = randomModel(kind);
      await model.save(dir);
      model.close();
      const others = KINDS.findIndex((other) => other[0] === name) < 4 ? ['csv', 'tfjs'] : [];
      for (const to of ['safetensors', ...others]) {
        await exportModel(dir, to, `${dir}-${to}`);
        const { code, stdout, stderr } = run(pythonWithNumpy!, [program, `${dir}-${to}`, '--check']);
        expect(stderr).toBe('');
        expect(stdout).toMatch(
          /^(\d+) of \1 golden cases agree; largest difference \d\.\de-0[6-9]\n$|0\.0e\+00/,
        );
        expect(code).toBe(0);
      }
    },
  );

  test('says which case differs, and leaves with 1, when a number is not ours or a word is not', async () => {
    const out = join(folder, 'broken');
    await exportModel('models/restaurants', 'safetensors', out);
    const path = join(out, 'golden.json');
    const golden = JSON.parse(readFileSync(path, 'utf8'));
    golden.cases[0].rating += 2e-5;
    golden.cases[1].tokens.push('more');
    writeFileSync(path, JSON.stringify(golden));
    const { code, stdout, stderr } = run(pythonWithNumpy!, [program, out, '--check']);
    expect(code).toBe(1);
    expect(stdout).toContain(`${golden.cases.length - 2} of ${golden.cases.length} golden cases agree`);
    expect(stderr.match(/^differs: /gm)).toHaveLength(2);
  });

  test('rates arguments, lines, and JSON strings', async () => {
    const out = join(folder, 'ways');
    await exportModel('models/restaurants', 'safetensors', out);
    const texts = ['Lovely food, we will be back!', 'The soup was cold and the waiter rude.'];
    const ratings = (stdout: string): number[] => stdout.trimEnd().split('\n').map(Number);
    const argued = ratings(run(pythonWithNumpy!, [program, out, ...texts]).stdout);
    expect(argued).toHaveLength(2);
    expect(argued[0]).toBeGreaterThan(argued[1] + 0.5);
    expect(ratings(run(pythonWithNumpy!, [program, out], `${texts.join('\n')}\n`).stdout)).toEqual(argued);
    const lines = run(
      pythonWithNumpy!,
      [program, out, '--json'],
      texts.map((t) => JSON.stringify(t)).join('\n'),
    );
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => Number(JSON.parse(line).rating.toFixed(2))),
    ).toEqual(argued);
  });

  test('says what it cannot read', async () => {
    const out = join(folder, 'unreadable');
    mkdirSync(out);
    await exportModel('models/restaurants', 'onnx', join(out, 'onnx'));
    const { code, stderr } = run(pythonWithNumpy!, [program, join(out, 'onnx'), 'text']);
    expect(code).toBe(1);
    expect(stderr).toContain('is an export to onnx: see its README.md');
  });
});

test.skipIf(!pythonWithOnnxruntime)(
  `predict_onnx.py agrees with all golden cases${skipped('onnxruntime for Python', pythonWithOnnxruntime)}`,
  async () => {
    const out = join(folder, 'onnx');
    await exportModel('models/restaurants', 'onnx', out);
    const program = join(out, 'predict_onnx.py');
    const { code, stdout } = run(pythonWithOnnxruntime!, [program, out, '--check']);
    expect(stdout).toMatch(/^(\d+) of \1 golden cases agree/);
    expect(code).toBe(0);
  },
);

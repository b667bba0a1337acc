import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrossValidationResult } from '../../src/evaluation/results.ts';
import { defaultOptions, type Options } from '../../src/options.ts';
import { CORPORA, ESCAPE, json, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(100));
const unlabelled = folder.file(
  'unlabelled.csv',
  sampleCsv(150).replace('id,text,rating', 'key,review,verdict'),
);

interface TrainingJson {
  out: string;
  training: { rated: number; unrated: number; terms: number; history: unknown[] };
  levels: number[];
  options: Options;
  rules: string[];
  seed: number;
  version: string;
}

async function train(...args: string[]): Promise<TrainingJson> {
  return json<TrainingJson>(await starling(['train', reviews, ...TINY, '--json', ...args]));
}

describe('train', () => {
  test('--json prints one object on standard output, and progress on standard error only', async () => {
    const out = folder.file('m1');
    const { code, stdout, stderr } = await starling([
      'train',
      reviews,
      ...TINY,
      '--json',
      '--out',
      out,
      '--seed',
      '7',
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as TrainingJson;
    expect(result).toMatchObject({ out, levels: [1, 2, 3, 4, 5], seed: 7 });
    expect(result.training).toMatchObject({ rated: 100, unrated: 0 });
    expect(result.options).toEqual({
      ...defaultOptions,
      hidden: [8],
      transfer: 'none',
      pretrainEpochs: [1],
      epochs: 2,
      threads: 1,
      seed: 7,
    });
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^pre-training, epoch 1\/1: cost [\d.]+, zeros \d+ %, [\d,]+ reviews\/s$/);
    const begins = (start: string): number => lines.filter((line) => line.startsWith(start)).length;
    // A line per epoch, one for each training of the linear model, and what rules chose.
    expect(begins('pre-training, ')).toBe(1);
    expect(begins('fine-tuning, ')).toBe(2);
    expect(begins('fine-tuning on all, ')).toBe(2);
    expect(begins('linear part, ')).toBe(2);
    expect(begins('Fine-tuning')).toBe(3);
    expect(lines).toHaveLength(10);
    expect(result.rules.map((rule) => rule.slice(0, 18))).toEqual([
      'Fine-tuning: minib',
      'Fine-tuning: at mo',
      'Fine-tuning again ',
    ]);
    expect(existsSync(join(out, 'model.safetensors'))).toBe(true);
  });

  test('without --json a table says what was learned; piped, neither stream holds escape codes', async () => {
    const { code, stdout, stderr } = await starling(['train', reviews, ...TINY, '--out', folder.file('m2')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^learned from +100 rated reviews, 0 unrated\nlevels +1 2 3 4 5\n/);
    expect(stdout + stderr).not.toContain(ESCAPE);
    expect(stdout + stderr).not.toContain('\r');
  });

  test('--quiet leaves standard error empty, also when there is something to say', async () => {
    const bad = folder.file('bad-quiet.csv', `${sampleCsv(40)}41,no rating at all,x\n`);
    const args = ['train', bad, ...TINY, '--skip-bad-rows', '--out', folder.file('m3')];
    const { code, stderr } = await starling([...args, '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('unlabelled files are read for their text alone, whatever their other columns', async () => {
    const { training } = await train(
      '--out',
      folder.file('m4'),
      '--rating',
      'rating',
      '--id',
      'id',
      '--unlabelled',
      unlabelled,
    );
    expect(training).toMatchObject({ rated: 100, unrated: 150 });
  });

  test('--levels gives the scale', async () => {
    const { levels } = await train('--out', folder.file('m5'), '--levels', '0,2.5,5');
    expect(levels).toEqual([0, 2.5, 5]);
  });

  test('flags of every kind reach the options', async () => {
    const { options } = await train(
      ...['--out', folder.file('m6'), '--stem', '--no-punctuation', '--no-pretrain', '--hidden', 'none'],
      ...['--head', 'linear', '--dropout', '.25', '--masking', '0.5,0.1', '--learning-rate', '1e-3'],
    );
    expect(options).toMatchObject({
      stem: true,
      punctuation: false,
      pretrain: false,
      hidden: [],
      head: 'linear',
      dropout: 0.25,
      masking: [0.5, 0.1],
      learningRate: 0.001,
    });
  });

  test('rows that are left out are reported', async () => {
    const bad = folder.file('bad.csv', `${sampleCsv(40)}41,no rating at all,x\n42,too few\n`);
    const { code, stderr } = await starling([
      ...['train', bad, ...TINY, '--skip-bad-rows', '--out', folder.file('m7')],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `${bad}: left out 2 of 42 rows that cannot be read:\n  row 42: the rating "x" is no number\n  row 43: `,
    );
  });
});

describe('the configuration file', () => {
  const config = (content: unknown): string =>
    folder.file(
      `config-${Math.random()}.json`,
      typeof content === 'string' ? content : JSON.stringify(content),
    );

  test('gives options and describes the data; flags win over it', async () => {
    const odd = folder.file('odd.csv', sampleCsv(60).replace('text', 'Words').replace('rating', 'Verdict'));
    const more = folder.file('more.csv', 'Words\nthe food was lovely\n');
    const path = config({
      ...{ hidden: [4], pretrainEpochs: 1, epochs: 5, stem: true, threads: 1, seed: 3 },
      ...{ text: 'Words', rating: 'Verdict', unlabelled: more, levels: [1, 3, 5] },
    });
    const args = ['train', odd, '--config', path, '--out', folder.file('c1'), '--json'];
    const result = json<TrainingJson>(await starling([...args, '--epochs', '1', '--no-stem']));
    expect(result.options).toMatchObject({ hidden: [4], epochs: 1, stem: false, seed: 3 });
    expect(result.training).toMatchObject({ rated: 60, unrated: 1 });
    expect(result.levels).toEqual([1, 3, 5]);
  });

  test.each([
    [{ vocabularySise: 10 }, 'there is no option "vocabularySise"\nDid you mean "vocabularySize"?', 2],
    [{ ratings: 'stars' }, 'there is no option "ratings"\nDid you mean "rating"?', 2],
    [{ epochs: '3' }, '"epochs" is "3", expected a whole number from 1 to 100000', 2],
    [{ text: ['title', 1] }, '"text" is ["title",1], expected a column or a list of columns', 2],
    [{ levels: 'high' }, '"levels" is "high", expected a list of numbers', 2],
    [[1], 'holds no JSON object', 2],
    ['{"epochs": 3,}', 'is not JSON: ', 2],
  ])('%j is refused with the file named', async (content, message, exitCode) => {
    const path = config(content);
    const { code, stdout, stderr } = await starling(['inspect', reviews, '--config', path]);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(path);
    expect(stderr).toContain(message);
  });

  test('one that is not there is refused', async () => {
    const { code, stderr } = await starling(['inspect', reviews, '--config', 'nothing.json']);
    expect([code, stderr]).toEqual([
      3,
      'starling: there is no file nothing.json\nIt was named by --config.\n',
    ]);
  });
});

describe('pretrain', () => {
  const encoders = folder.file('encoders');
  const shape = ['--hidden', '6', '--pretrain-epochs', '1', '--stem'];

  test('writes encoders that train and crossvalidate take, with the options they were made with', async () => {
    const made = json(await starling(['pretrain', unlabelled, ...shape, '--json', '--out', encoders]));
    expect(made).toMatchObject({ out: encoders, reviews: 150, seed: 1, layers: [{ epochs: 1 }] });
    const args = [reviews, '--encoders', encoders, '--epochs', '2', '--threads', '1', '--json'];
    const trained = json<TrainingJson>(await starling(['train', ...args, '--out', folder.file('e1')]));
    expect(trained.options).toMatchObject({ hidden: [6], stem: true, epochs: 2 });
    expect(trained.training.terms).toBe(made.terms);
    const measured = json<CrossValidationResult>(await starling(['crossvalidate', ...args, '--folds', '2']));
    expect(measured.folds).toHaveLength(2);
    expect(measured.options).toMatchObject({ hidden: [6], stem: true, folds: 2 });
  });

  test('options that contradict the encoders are refused, all of them in one message', async () => {
    const { code, stderr } = await starling([
      ...['train', reviews, '--encoders', encoders, '--hidden', '7', '--no-stem', '--epochs', '2'],
      ...['--out', folder.file('e2')],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'pre-trained with other options: --stem is false, not true; --hidden is 7, not 6',
    );
    expect(stderr).toContain('Leave --stem, --hidden out, or pre-train again.');
  });

  test('options that agree with the encoders may be repeated; unlabelled files are not read then', async () => {
    const { code, stderr } = await starling([
      ...['train', reviews, '--encoders', encoders, '--hidden', '6', '--epochs', '1'],
      ...['--unlabelled', 'not-there.csv', '--out', folder.file('e3')],
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('The unlabelled reviews are not read');
  });
});

describe('crossvalidate', () => {
  test('--json keeps the contract', async () => {
    const result = json<CrossValidationResult>(
      await starling(['crossvalidate', join(CORPORA, 'restaurants.csv'), ...TINY, '--folds', '3', '--json']),
    );
    expect(result.folds).toHaveLength(3);
    for (const [i, fold] of result.folds.entries()) {
      expect(fold.fold).toBe(i + 1);
      expect(fold.trainSize + fold.testSize).toBe(2000);
      expect(Object.keys(fold)).toEqual(
        expect.arrayContaining(['rmse', 'mae', 'sparsity', 'bestEpoch', 'seconds']),
      );
      expect(fold.sparsity.hidden).toHaveLength(1);
    }
    expect(Object.keys(result.rmse).sort()).toEqual(['mean', 'perFold', 'pooled', 'std']);
    expect(result.baselines.constant.rmse.pooled).toBeGreaterThan(1);
    expect(result.baselines.noHiddenLayer.sparsity.hidden).toEqual([]);
    expect(result).toMatchObject({ seed: 1, options: { hidden: [8], folds: 3 } });
    expect(result.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('--json has what rules chose, in sentences, also where nothing is said', async () => {
    const { code, stdout, stderr } = await starling([
      ...['crossvalidate', reviews, ...TINY, '--folds', '2', '--quiet', '--json'],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const { rules } = JSON.parse(stdout) as { rules: string[] };
    expect(rules).toHaveLength(4);
    expect(rules[0]).toMatch(/^Vocabulary and pre-training: anew in each fold, .*\.$/);
    expect(rules[1]).toMatch(/^Each fold, fine-tuning: minibatches of 8 /);
  });

  test('the table shows what the JSON says, with the same seed', async () => {
    const args = ['crossvalidate', reviews, ...TINY, '--folds', '2', '--quiet'];
    const { rmse } = json<CrossValidationResult>(await starling([...args, '--json']));
    const { stdout } = await starling(args);
    expect(stdout).toContain(`this network            ${rmse.pooled.toFixed(4)}  ${rmse.mean.toFixed(4)}`);
    expect(stdout).toContain('Not transductive');
    expect((await starling([...args, '--transductive'])).stdout).toContain('Transductive: ');
  });
});

test('evaluate measures a model, and leaves unrated reviews out', async () => {
  const out = folder.file('m9');
  await train('--out', out);
  const mixed = folder.file('mixed.csv', `${sampleCsv(20)}21,unrated,\n`);
  const result = json(await starling(['evaluate', out, mixed, '--json']));
  expect(Object.keys(result)).toEqual(['rmse', 'mae', 'n', 'sparsity']);
  expect(result.n).toBe(20);
  const { stdout } = await starling(['evaluate', out, mixed]);
  expect(stdout).toMatch(/^RMSE +\d\.\d{4}\nMAE +\d\.\d{4}\nrated reviews +20\nsparsity, input +\d+\.\d %\n/);
});

test('inspect counts what is there, from files and from standard input', async () => {
  const text = readFileSync(reviews, 'utf8');
  const result = json(await starling(['inspect', '-', '--json'], { input: `${text}101,,\n102,,5\n` }));
  expect(result).toMatchObject({
    ...{ rows: 102, rated: 101, unrated: 1, emptyTexts: 2 },
    ratings: { levels: [1, 2, 3, 4, 5] },
    files: [{ name: 'standard input', format: 'csv', columns: { text: 'text', rating: 'rating', id: 'id' } }],
  });
  expect(result.warnings).toContain('2 reviews have no text');
  const { stdout, stderr } = await starling(['inspect', reviews]);
  expect(stdout).toMatch(/5 +20 +20\.0 % +#+/);
  expect(stderr).toBe('');
});

test('a preset stands behind the flags', async () => {
  const reviews = folder.file('preset.csv', sampleCsv(60));
  const out = folder.file('preset-model');
  const flags = ['--hidden', '5', '--pretrain-epochs', '1', '--epochs', '1', '--quiet'];
  const { code, stderr } = await starling(['train', reviews, '--preset', 'paper', ...flags, '--out', out]);
  expect([code, stderr]).toEqual([0, '']);
  const { options } = JSON.parse(readFileSync(`${out}/config.json`, 'utf8'));
  expect(options).toMatchObject({ ngrams: 1, vocabularySize: 5000, masking: [0.8, 0.3, 0.1], hidden: [5] });
});

test('the epochs of pre-training that were chosen by rule are in the model', async () => {
  const reviews = folder.file('rule.csv', sampleCsv(60));
  const out = folder.file('rule-model');
  const { code } = await starling([
    'train',
    reviews,
    '--hidden',
    '3',
    '--epochs',
    '1',
    '--quiet',
    '--out',
    out,
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(`${out}/config.json`, 'utf8')).options.pretrainEpochs).toEqual([60]);
});

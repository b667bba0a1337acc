import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(60));
const model = folder.file('model');
const out = folder.file('out');

beforeAll(async () => {
  const { code, stderr } = await starling(['train', reviews, ...TINY, '--out', model]);
  if (code !== 0) throw new Error(stderr);
});

/** Exit code and standard error; nothing may be on standard output, and no stack trace anywhere. */
async function failure(...args: string[]): Promise<[number | null, string]> {
  const { code, stdout, stderr } = await starling(args);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at /);
  return [code, stderr];
}

describe('usage: exit code 2', () => {
  test.each<[string[], string]>([
    [['trian', 'x.csv'], "starling: unknown command 'trian'\nDid you mean train?\n"],
    [['frobnicate'], "starling: unknown command 'frobnicate'\nThere are: inspect, pretrain, train, "],
    [
      ['train', 'REVIEWS', '--epoch', '3', '--out', 'OUT'],
      "unknown option '--epoch'\nDid you mean --epochs?\n",
    ],
    [['train', 'REVIEWS'], "required option '--out <dir>' not specified"],
    [['inspect'], "missing required argument 'files'"],
    [
      ['crossvalidate', '--unlabelled', 'a.csv', 'b.csv'],
      '--unlabelled takes all files that follow it: name the rated ones first.',
    ],
    [
      ['train', 'REVIEWS', '--epochs', 'many', '--out', 'OUT'],
      'starling: --epochs is "many", expected a whole number from 1 to 100000\n',
    ],
    [['train', 'REVIEWS', '--epochs', '', '--out', 'OUT'], '--epochs is "", expected a whole number'],
    [
      ['train', 'REVIEWS', '--dropout', '-1', '--out', 'OUT'],
      '--dropout is -1, expected a number from 0 to 0.99',
    ],
    [['train', 'REVIEWS', '--hidden', '10,x', '--out', 'OUT'], '--hidden is "10,x", expected a list'],
    [
      ['train', 'REVIEWS', '--head', 'hydra', '--out', 'OUT'],
      '--head is "hydra", expected one of softmax, linear',
    ],
    [['train', 'REVIEWS', '--levels', 'one,two', '--out', 'OUT'], '--levels is "one,two", expected numbers'],
    [
      ['inspect', 'REVIEWS', '--format', 'xlsx'],
      '--format is "xlsx", expected csv, tsv, jsonl, txt, fasttext, svmlight or parquet',
    ],
    [['inspect', 'REVIEWS', '--delimiter', 'ab'], 'the delimiter "ab" is not one character'],
    [['inspect', '-', '-'], 'standard input ("-") was given twice'],
    [['train', '-', '--unlabelled', '-', '--out', 'OUT'], 'standard input ("-") was given twice'],
  ])('%j', async (args, message) => {
    const paths: Record<string, string> = { REVIEWS: reviews, OUT: out };
    const [code, stderr] = await failure(...args.map((arg) => paths[arg] ?? arg));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('data: exit code 3', () => {
  test('a missing file', async () => {
    expect(await failure('inspect', join(folder.path, 'nothing.csv'))).toEqual([
      3,
      expect.stringContaining('starling: there is no file '),
    ]);
  });

  test('a missing column, with the nearest one', async () => {
    expect(await failure('evaluate', model, reviews, '--rating', 'ratin')).toEqual([
      3,
      `starling: no column "ratin" in ${reviews}: it has id, text, rating\nDid you mean --rating rating?\n`,
    ]);
  });

  test('a bad row, with its place', async () => {
    const bad = folder.file('bad.csv', 'text,rating\nfine,4\nbroken,four\n');
    expect(await failure('inspect', bad)).toEqual([
      3,
      expect.stringContaining(`starling: ${bad}, row 3: the rating "four" is no number\n`),
    ]);
  });

  test('no rating to learn from is seen before the pre-training begins', async () => {
    const unrated = folder.file('unrated.csv', 'text,rating\nfine,\nlovely,\n');
    for (const verb of [['train', '--out', out], ['crossvalidate']]) {
      const [code, stderr] = await failure(verb[0], unrated, ...verb.slice(1));
      expect([code, stderr]).toEqual([
        3,
        `starling: ${unrated}: the column "rating" is empty, so no review is rated\nName the rating column with --rating.\n`,
      ]);
    }
  });

  test('too few reviews for the folds', async () => {
    const few = folder.file('few.csv', sampleCsv(5));
    const [code, stderr] = await failure('crossvalidate', few);
    expect([code, stderr]).toEqual([3, expect.stringContaining('too few for 10 folds')]);
  });

  test('hints name options as flags', async () => {
    const rare = folder.file('rare.csv', 'text,rating\none,1\ntwo,2\nthree,3\n');
    const [code, stderr] = await failure('train', rare, '--out', out);
    expect([code, stderr]).toEqual([3, expect.stringContaining('Use a smaller --min-document-frequency')]);
  });

  test('a model folder that is not there, is another kind, or is damaged', async () => {
    expect(await failure('predict', join(folder.path, 'nowhere'), reviews)).toEqual([
      3,
      expect.stringContaining('starling: there is no folder '),
    ]);
    expect((await failure('evaluate', folder.path, reviews))[0]).toBe(3);
    const damaged = folder.file('damaged');
    cpSync(model, damaged, { recursive: true });
    const weights = join(damaged, 'model.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(weights, bytes);
    const [code, stderr] = await failure('predict', damaged, reviews);
    expect([code, stderr]).toEqual([3, expect.stringContaining('model.safetensors')]);
  });

  test('a model is no set of encoders', async () => {
    const [code, stderr] = await failure('train', reviews, '--encoders', model, '--out', out);
    expect([code, stderr]).toEqual([3, expect.stringContaining('expected pre-trained encoders')]);
  });
});

describe('failure: exit code 1', () => {
  test('--out that holds something else is refused before anything is read', async () => {
    const full = folder.file('full');
    mkdirSync(full);
    writeFileSync(join(full, 'thesis.txt'), 'years of work');
    for (const verb of ['train', 'pretrain']) {
      const [code, stderr] = await failure(verb, 'not-even-there.csv', '--out', full);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('it holds something that starling did not write'),
      ]);
    }
    expect(readFileSync(join(full, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  test('a file for --out that cannot be written', async () => {
    expect(await failure('predict', model, reviews, '--out', folder.path)).toEqual([
      1,
      `starling: cannot write ${folder.path}: it is a folder\nName another place.\n`,
    ]);
    const nowhere = join(folder.path, 'no', 'such', 'file.csv');
    expect(await failure('predict', model, reviews, '--out', nowhere)).toEqual([
      1,
      `starling: cannot write ${nowhere}: there is no such folder\nName another place.\n`,
    ]);
  });

  test('a bug of ours is called one, in one line, with a stack trace only when asked for', async () => {
    const broken = `--import=data:text/javascript,${encodeURIComponent('JSON.stringify = () => { throw new TypeError("boom") }')}`;
    const short = await starling(['--version', '--json'], { env: { NODE_OPTIONS: broken } });
    expect(short).toEqual({
      code: 1,
      stdout: '',
      stderr: 'this is a bug in starling: boom\nSet STARLING_DEBUG=1 to see where.\n',
    });
    const long = await starling(['--version', '--json'], {
      env: { NODE_OPTIONS: broken, STARLING_DEBUG: '1' },
    });
    expect(long.stderr).toMatch(/^this is a bug in starling: boom\nTypeError: boom\n\s+at /);
  });
});

test('an error is said with --quiet too', async () => {
  expect(await failure('inspect', 'nothing.csv', '--quiet')).toEqual([
    3,
    expect.stringContaining('starling: there is no file nothing.csv'),
  ]);
});

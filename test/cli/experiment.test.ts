import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SentimentExperiment } from '../../src/experiments/results.ts';
import { type Ended, ESCAPE, json, sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const rated = folder.file('rated.csv', sampleCsv(60));
const unrated = folder.file('unrated.csv', sampleCsv(70).replaceAll('the ', 'any '));

/** Rates and dropout are given, so that nothing is left to choose from, and fits are few. */
const FEW = ['--folds', '2', '--labels', '10', '--dropout', '0', '--learning-rate', '0.01', '--no-wide'];
const experiment = ['experiment', 'sentiment', rated, '--unlabelled', unrated, ...TINY, ...FEW];

type ExperimentJson = SentimentExperiment & { rules: string[] };

describe('experiment sentiment', () => {
  const state = folder.file('state');
  let whole: Ended;
  let asJson: Ended;
  beforeAll(async () => {
    whole = await starling([...experiment, '--report', folder.file('r.html'), '--charts', folder.file('c')]);
    asJson = await starling([...experiment, '--json']);
  });

  test('prints the networks, each pair, and the error by the number of labels', () => {
    const { code, stdout } = whole;
    expect(code).toBe(0);
    expect(stdout.match(/^[a-z][\w ,-]+? {2,}\d\.\d{4} ± /gm)).toHaveLength(6);
    expect(stdout).toMatch(/^better +worse +by/m);
    expect(stdout).toMatch(
      /^labels +rectifier, 3 layers +rectifier, 3 layers, no pre-training\n-+\n +10 .*\n +30 /m,
    );
    expect(stdout).toContain('60 rated reviews in 2 folds, 70 unrated ones');
  });

  test('says each fit as it ends, and not what rules chose for each of them', () => {
    const { stdout, stderr } = whole;
    const fits = stderr.match(/^\d+ of 14: /gm)!;
    expect([fits.length, fits[0], fits[13]]).toEqual([14, '1 of 14: ', '14 of 14: ']);
    expect(stderr).not.toContain('Fine-tuning');
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  test('--json prints one object with the same figures', () => {
    const { variants, pairs, curve, rules, data } = json<ExperimentJson>(asJson);
    expect(variants.map(({ name }) => name)).toEqual([
      ...['none', 'rectifier-1', 'rectifier-3', 'tanh-3', 'rectifier-3-random'],
    ]);
    for (const { rmse } of variants) expect(whole.stdout).toContain(rmse.pooled.toFixed(4));
    expect(pairs).toHaveLength(10);
    expect(curve.map(({ labels }) => labels)).toEqual([10, 30, 10, 30]);
    expect(data).toEqual({ rated: 60, unrated: 70 });
    expect(rules).toEqual([]);
  });

  test('--report and --charts leave a page and two drawings', () => {
    expect(readFileSync(folder.file('r.html'), 'utf8')).toContain('The networks of table 2');
    expect(readdirSync(folder.file('c')).sort()).toEqual(['labels.svg', 'networks.svg']);
  });

  test('Ctrl-C saves what was done, and --resume ends with the figures of a run in one go', async () => {
    const running = start([...experiment, '--checkpoint', state]);
    await running.heard('5 of 14', 'stderr');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(
      /\nstarling: interrupted; the run so far is in .*state\nTo go on with it, .* --resume\.\n$/,
    );
    const again = await starling([...experiment, '--checkpoint', state]);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('a run that did not end')]);
    const resumed = json<ExperimentJson>(
      await starling([...experiment, '--checkpoint', state, '--resume', '--json']),
    );
    const figures = ({ variants, pairs, curve }: ExperimentJson) => [
      variants.map(({ rmse, sparsity }) => [rmse, sparsity]),
      pairs,
      curve,
    ];
    expect(figures(resumed)).toEqual(figures(json<ExperimentJson>(asJson)));
    expect(existsSync(state)).toBe(false);
  });
});

test.each([
  [['feelings', rated], 2, /'feelings' is invalid for argument 'name'\. Allowed choices are sentiment\./],
  [['sentiment'], 2, /^starling: missing required argument 'files'/],
  [['sentiment', rated, '--labels', '5'], 2, /^starling: --labels is "5", expected whole numbers from 10 /],
  [
    ['sentiment', rated, '--no-pretrain'],
    2,
    /^starling: the experiment compares networks with hidden layers and/,
  ],
  [['sentiment', rated, '--resume'], 2, /^starling: --resume was given, but no checkpoint\n/],
  [
    ['sentiment', rated],
    3,
    /^starling: 0 unrated reviews are too few .* 60 rated ones\nGive more with --unlabelled/,
  ],
] as const)('%j is refused with exit code %d', async (args, exitCode, said) => {
  const { code, stdout, stderr } = await starling(['experiment', ...args]);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toMatch(said);
});

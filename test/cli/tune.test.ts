import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TuneResult } from '../../src/tuning/tune.ts';
import { ESCAPE, json, sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(100));
const space = folder.file('space.json', '{"learningRate": [0.01, 0.1], "dropout": {"min": 0, "max": 0.5}}');

type TuneJson = TuneResult & { out: string | null; rules: string[] };

/** The trials 1 to 3, made one by one: a search with a time would make as many as the machine is fast. */
async function threeTrials(out: string): Promise<void> {
  const args = ['tune', reviews, ...TINY, '--space', space, '--trial', '1,2,3', '--out', out];
  const { code, stdout, stderr } = await starling(args);
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^trial 3: RMSE \d\.\d{4} ± \d\.\d{4}.*: learningRate 0\.0?1, dropout 0\.\d+$/m);
}

test('searches within the time, says how, and leaves the best options for --config', async () => {
  const out = folder.file('best.json');
  const { code, stdout, stderr } = await starling([
    ...['tune', reviews, ...TINY, '--space', space, '--minutes', '0.001', '--out', out],
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^trials +1, .*\njudged by +33 of .*\nas given +(\d\.\d{4} ± \d\.\d{4})\nbest +\1, trial 1: the options as given\noptions +.*best\.json /,
  );
  expect(stderr).toMatch(/^Each trial learns from 67 rated reviews and is judged by 33 others\./);
  expect(stderr).toMatch(
    /^trial 1: RMSE .*, the best so far \([\d.]+ s, 0\.0 s left\): the options as given$/m,
  );
  expect(stdout + stderr).not.toContain(ESCAPE);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({
    hidden: [8],
    transfer: 'none',
    pretrainEpochs: [1],
    epochs: 2,
  });
});

test('--minutes 0 takes the best of the trials that are there; other verbs take what it leaves', async () => {
  const out = folder.file('of-three.json');
  await threeTrials(out);
  expect(existsSync(out)).toBe(false);
  expect(readdirSync(`${out}.trials`)).toHaveLength(3);
  const args = ['tune', reviews, ...TINY, '--space', space, '--minutes', '0', '--out', out];
  const { best, chosen, trials, rules, ...rest } = json<TuneJson>(await starling([...args, '--json']));
  expect(rest).toMatchObject({ out, strategy: 'random', plan: { training: 67, judging: 33, rungs: [67] } });
  expect(trials.map(({ trial, reviews: n }) => [trial, n])).toEqual([1, 2, 3].map((trial) => [trial, 67]));
  expect(best!.rmse).toBe(Math.min(...trials.map(({ rmse }) => rmse!)));
  expect(chosen).toEqual(best);
  expect(rules).toEqual([]);
  const table = (await starling(args)).stdout;
  expect(table).toMatch(/^gain +\d\.\d{4} ± \d\.\d{4} less than as given, on the same reviews; /m);
  const model = folder.file('model');
  const trained = json<{ options: Record<string, unknown> }>(
    await starling(['train', reviews, '--config', out, '--threads', '1', '--json', '--out', model]),
  );
  expect(trained.options).toEqual({ ...best!.options, engine: 'auto' });
});

test('what rules chose is said of the first trial only', async () => {
  const out = folder.file('rules.json');
  const args = ['tune', reviews, ...TINY, '--space', space, '--trial', '1,2', '--out', out, '--json'];
  const ended = await starling(args);
  const { rules } = json<TuneJson>(ended);
  expect(rules.filter((rule) => rule.startsWith('Fine-tuning: at most'))).toHaveLength(1);
  expect(ended.stderr.match(/^Fine-tuning: at most/gm)).toHaveLength(1);
});

test('Ctrl-C ends at once and says where the trials are; the same command goes on with them', async () => {
  const out = folder.file('interrupted.json');
  const args = ['tune', reviews, ...TINY, '--space', space, '--minutes', '60', '--out', out];
  const running = start(args);
  await running.heard('trial 2: RMSE', 'stderr');
  const sent = performance.now();
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect(performance.now() - sent).toBeLessThan(2000);
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toMatch(
    /\nstarling: interrupted; the trials so far are in .*\.trials\nTo go on with them, run the same command again\.\n$/,
  );
  expect(Object.keys(JSON.parse(readFileSync(out, 'utf8')))).toContain('hidden');
  const kept = readdirSync(`${out}.trials`).filter((name) => !name.startsWith('.'));
  const { trials } = json<TuneJson>(
    await starling([...args.map((arg) => (arg === '60' ? '0' : arg)), '--json']),
  );
  expect(trials).toHaveLength(kept.length);
});

test('--strategy halving tries trials on few reviews first, where there are enough', async () => {
  const many = folder.file('many.csv', sampleCsv(1400));
  const args = ['tune', many, ...TINY, '--no-pretrain', '--space', space, '--strategy', 'halving'];
  const running = start([...args, '--minutes', '60', '--out', folder.file('halving.json')]);
  await running.heard('trial 2, on 311 reviews: RMSE', 'stderr');
  running.child.kill('SIGINT');
  const { stderr } = await running.ended;
  expect(stderr).toMatch(
    /^Trials learn from 311 rated reviews, the best of them from 933, and are judged by 467 /,
  );
  expect(stderr).toMatch(/^trial 1: RMSE /m);
});

test.each([
  [['--trial', '1', '--strategy', 'halving'], 2, /^starling: halving was given with the numbers of trials/],
  [['--strategy', 'grid'], 2, /'grid' is invalid\. Allowed choices are random, halving\./],
  [['--minutes', '-1'], 2, /^starling: --minutes is "-1", expected a number from 0\n$/],
  [['--trial', '0'], 2, /^starling: --trial is "0", expected a whole number from 1 /],
  [
    ['--space', 'not-there.json'],
    3,
    /^starling: not-there\.json cannot be read \(ENOENT\)\nIt was named by --space/,
  ],
  [
    ['--minutes', '0'],
    3,
    /^Each .*\nstarling: there are no trials in .*\.trials\nMake some: give --minutes\.\n$/,
  ],
] as const)('%j is refused with exit code %d', async (flags, exitCode, said) => {
  const out = folder.file('refused.json');
  const { code, stdout, stderr } = await starling(['tune', reviews, ...flags, '--out', out]);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toMatch(said);
  expect(existsSync(out) || existsSync(`${out}.trials`)).toBe(false);
});

test('a space is checked before anything is read: names, values, JSON', async () => {
  const said = async (content: string): Promise<string> => {
    const file = folder.file('bad-space.json', content);
    const args = ['tune', 'not-there.csv', '--space', file, '--out', folder.file('refused.json')];
    const { code, stderr } = await starling(args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await said('{"dropot": [0.1]}')).toMatch(/no option "dropot"\nDid you mean "dropout"\?\n$/);
  expect(await said('{"dropout": {"min": 0, "max": 2}}')).toMatch(
    /"dropout" is 2, expected a number from 0 to/,
  );
  expect(await said('{"dropout": ')).toMatch(/bad-space\.json is not JSON/);
});

test('never writes over a file that is none of options, such as the reviews', async () => {
  const before = readFileSync(reviews, 'utf8');
  const { code, stderr } = await starling(['tune', reviews, ...TINY, '--out', reviews]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^starling: cannot write .*reviews\.csv: it is a file, and none of options\n/);
  expect(readFileSync(reviews, 'utf8')).toBe(before);
  expect(existsSync(`${reviews}.trials`)).toBe(false);
});

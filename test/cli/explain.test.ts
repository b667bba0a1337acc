import { beforeAll, describe, expect, test } from 'vitest';
import { paintFor } from '../../src/cli/paint.ts';
import type { Explanation } from '../../src/explanation/explanation.ts';
import { ESCAPE, json, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const model = folder.file('model');

beforeAll(async () => {
  const reviews = folder.file('reviews.csv', sampleCsv(100));
  const learning = ['--ngrams', '2', '--epochs', '10', '--learning-rate', '0.01'];
  const { code, stderr } = await starling(['train', reviews, ...TINY, ...learning, '--out', model]);
  if (code !== 0) throw new Error(stderr);
});

interface Line extends Explanation {
  readonly id: string | null;
  readonly text: string;
}

async function lines(args: readonly string[], input = ''): Promise<Line[]> {
  const { code, stdout, stderr } = await starling(['explain', model, ...args, '--json'], { input });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('--json', () => {
  test('gives one object per text: base + contributions = rating within 1e-5, which is the rating of predict', async () => {
    const texts = ['The food was lovely and great', 'the soup was awful', 'xyzzy'];
    const explained = await lines(texts);
    const predicted = await starling(['predict', model, '--format', 'txt'], { input: texts.join('\n') });
    const ratings = predicted.stdout.trimEnd().split('\n').map(Number);
    expect(explained.map(({ text }) => text)).toEqual(texts);
    explained.forEach(({ base, rating, contributions, words, unknownWords }, i) => {
      const sum = (values: readonly { readonly contribution: number }[]): number =>
        values.reduce((total, { contribution }) => total + contribution, base);
      expect(rating).toBeCloseTo(ratings[i], 4);
      expect(Math.abs(sum(contributions) - rating)).toBeLessThan(1e-5);
      expect(Math.abs(sum(words) - rating)).toBeLessThan(1e-5);
      expect(unknownWords).toEqual(i === 2 ? ['xyzzy'] : []);
    });
  });

  test('has the contributions that count most with --top, in the text and per level', async () => {
    const text = 'the food was lovely and great';
    const [all] = await lines([text]);
    const [some] = await lines([text, '--top', '2']);
    expect(some.contributions).toEqual(all.contributions.slice(0, 2));
    expect(some.perLevel![0].contributions).toEqual(all.perLevel![0].contributions.slice(0, 2));
    expect(some.rating).toBe(all.rating);
  });
});

describe('what is explained', () => {
  test('texts, files and standard input, in the order in which they are named', async () => {
    const file = folder.file('some.csv', 'id,body\na,lovely food\nb,awful food\n');
    const explained = await lines(['great', file, '-', '--text', 'body'], 'id,body\nc,cold\n');
    expect(explained.map(({ id, text }) => [id, text])).toEqual([
      [null, 'great'],
      ['a', 'lovely food'],
      ['b', 'awful food'],
      ['c', 'cold'],
    ]);
  });

  test('standard input when nothing is named', async () => {
    const explained = await lines(['--format', 'txt'], 'lovely\nawful\n');
    expect(explained.map(({ text }) => text)).toEqual(['lovely', 'awful']);
  });

  test('not a file that is not there', async () => {
    const { code, stdout, stderr } = await starling(['explain', model, 'revews.csv']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('there is no file revews.csv');
  });

  test('not standard input twice, and not a number of terms that is none', async () => {
    expect((await starling(['explain', model, '-', '-'])).stderr).toContain(
      'standard input ("-") was given twice',
    );
    const { code, stderr } = await starling(['explain', model, 'good', '--top', 'many']);
    expect([code, stderr]).toEqual([2, 'starling: --top is "many", expected a whole number from 0\n']);
  });
});

describe('for people', () => {
  test('the words that count have their contribution behind them where there are no colours', async () => {
    const text = 'The food was lovely &amp; great, plugh';
    const { stdout } = await starling(['explain', model, text, '--top', '3']);
    const [marked] = stdout.split('\n');
    expect(marked).toMatch(/lovely\[\+0\.\d\d\]/);
    expect(marked.replace(/\[[+-]\d\.\d\d\]/g, '')).toBe(text);
    expect(stdout).not.toContain(ESCAPE);
  });

  test('rating, base, distribution, terms, active units and unknown words are shown', async () => {
    const text = 'the soup was awful, plugh';
    const [{ rating, base, contributions, activeUnits, distribution }] = await lines([text]);
    const { stdout } = await starling(['explain', model, text, '--top', '1']);
    expect(stdout).toContain(`rating   ${rating.toFixed(3)} on the scale from 1 to 5`);
    expect(stdout).toContain(`${base.toFixed(3)} without any word`);
    expect(stdout).toContain(`5  ${(100 * distribution![4]).toFixed(1).padStart(5)} %`);
    expect(stdout).toMatch(new RegExp(`\\n${contributions[0].term} +1 +[+-]0\\.\\d{3}\\n`));
    expect(stdout).toMatch(new RegExp(`\\n${contributions.length - 1} others +[+-]0\\.\\d{3}\\n`));
    expect(stdout).toContain(`active units, hidden 1  ${activeUnits[0].active} of 8`);
    expect(stdout).toContain('words not known         plugh');
  });

  test('a review that holds commands for the terminal is only read', async () => {
    const file = folder.file(
      'hostile.jsonl',
      `${JSON.stringify({ text: 'lovely \x1b[2J\x9b5m \u202e food' })}\n`,
    );
    const { code, stdout } = await starling(['explain', model, file]);
    expect(code).toBe(0);
    expect(stdout).toContain('\ufffd[2J\ufffd5m \ufffd food');
    for (const command of [ESCAPE, '\x9b', '\u202e']) expect(stdout).not.toContain(command);
  });

  test('a text of unknown words has the base rating, and that it says nothing is said', async () => {
    const { stdout } = await starling(['explain', model, 'xyzzy']);
    expect(stdout).toContain('it says nothing about the text');
    expect(json(await starling(['explain', model, 'xyzzy', '--json']))).toMatchObject({ contributions: [] });
  });
});

describe('colours', () => {
  const terminal = (depth: number, isTTY = true): NodeJS.WriteStream =>
    ({ isTTY, getColorDepth: () => depth }) as unknown as NodeJS.WriteStream;
  const withEnv = (env: Record<string, string>, run: () => void): void => {
    const before = { ...process.env };
    Object.assign(process.env, { TERM: 'xterm-256color', NO_COLOR: '' }, env);
    run();
    process.env = before;
  };

  test('are green above zero and red below, stronger for more, none for almost nothing', () => {
    withEnv({}, () => {
      const paint = paintFor(terminal(8))!;
      const looks = [-1, -0.3, 0.01, 0.3, 1].map((strength) => paint('x', strength));
      expect(looks.map((look) => look.match(/48;5;(\d+)/)?.[1])).toEqual([
        '203',
        '217',
        undefined,
        '157',
        '83',
      ]);
      expect(looks[2]).toBe('x');
    });
  });

  test('are none in a pipe, with NO_COLOR, on a dumb terminal and on one of 16 colours', () => {
    withEnv({}, () => expect(paintFor(terminal(8, false))).toBeUndefined());
    withEnv({ NO_COLOR: '1' }, () => expect(paintFor(terminal(8))).toBeUndefined());
    withEnv({ TERM: 'dumb' }, () => expect(paintFor(terminal(8))).toBeUndefined());
    withEnv({}, () => expect(paintFor(terminal(4))).toBeUndefined());
  });
});

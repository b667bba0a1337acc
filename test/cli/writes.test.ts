/**
 * Nothing is written outside of the folders that were named: every verb runs with a home, a place for temporary files, a working
 * folder and a folder of reviews that are looked through afterwards, and may write there as much as anywhere.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

const root = temporaryFolder();
const PLACES = ['home', 'temporary', 'work', 'reviews'];
for (const name of PLACES) mkdirSync(root.file(name));
root.file('reviews/rated.csv', sampleCsv(100));
root.file('space.json', '{"learningRate": [0.01, 0.1]}');
const reviews = join('..', 'reviews', 'rated.csv');

const surroundings = {
  cwd: root.file('work'),
  env: {
    ...{ HOME: root.file('home'), USERPROFILE: root.file('home') },
    ...{ XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '', XDG_DATA_HOME: '', XDG_STATE_HOME: '' },
    ...{ TMPDIR: root.file('temporary'), TMP: root.file('temporary'), TEMP: root.file('temporary') },
  },
};

/** Every file and empty folder, with what tells whether it was written: size and time. */
function snapshot(): Map<string, string> {
  const entries = readdirSync(root.path, { recursive: true, encoding: 'utf8' });
  return new Map(
    entries.flatMap((name) => {
      const { mtimeMs, size, ino } = statSync(join(root.path, name));
      const folder = statSync(join(root.path, name)).isDirectory();
      if (folder && readdirSync(join(root.path, name)).length > 0) return [];
      return [[name.split(sep).join('/'), folder ? 'folder' : `${size} ${mtimeMs} ${ino}`]];
    }),
  );
}

/** What is new, changed or gone, by name. */
function changes(before: Map<string, string>): string[] {
  const after = snapshot();
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name) && name !== 'work').sort();
}

const within = (folder: string) => expect.stringMatching(new RegExp(`^work/${folder}/`));

async function run(...args: string[]): Promise<string[]> {
  const before = snapshot();
  const { code, stderr } = await starling(args, surroundings);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return changes(before);
}

afterEach(() => {
  for (const name of ['home', 'temporary']) expect(readdirSync(root.file(name))).toEqual([]);
  expect(readdirSync(root.file('reviews'))).toEqual(['rated.csv']);
});

describe('a verb leaves what it was told to, and nothing else', () => {
  test('train: the model, and the report where it was asked for; no checkpoint at its end', async () => {
    const written = await run('train', reviews, ...TINY, '--out', 'model', '--report', 'report.html');
    expect(written).toEqual([
      ...['README.md', 'config.json', 'model.safetensors', 'vocabulary.json'].map(
        (name) => `work/model/${name}`,
      ),
      'work/report.html',
    ]);
  });

  test('predict, evaluate, explain, inspect: nothing but --out', async () => {
    expect(await run('predict', 'model', reviews)).toEqual([]);
    expect(await run('predict', 'model', reviews, '--out', 'rated.csv')).toEqual(['work/rated.csv']);
    expect(await run('evaluate', 'model', reviews)).toEqual([]);
    expect(await run('explain', 'model', 'the soup was cold')).toEqual([]);
    expect(await run('inspect', reviews)).toEqual([]);
  });

  test('crossvalidate: nothing; the report where it was asked for', async () => {
    const verb = ['crossvalidate', reviews, ...TINY, '--folds', '2'];
    expect(await run(...verb, '--threads', '2')).toEqual([]);
    expect(await run(...verb, '--checkpoint', 'state', '--report', 'folds.html')).toEqual([
      'work/folds.html',
    ]);
  });

  test('pretrain: the encoders', async () => {
    const written = await run(
      'pretrain',
      reviews,
      '--hidden',
      '8',
      '--pretrain-epochs',
      '1',
      '--out',
      'encoders',
    );
    expect(written.length).toBeGreaterThan(2);
    expect(written).toEqual(written.map(() => within('encoders')));
  });

  test.each(['onnx', 'tfjs', 'safetensors', 'csv', 'web'])('export --to %s: the export', async (target) => {
    const written = await run('export', 'model', '--to', target, '--out', `to-${target}`);
    expect(written.length).toBeGreaterThan(2);
    expect(written).toEqual(written.map(() => within(`to-${target}`)));
  });

  test('tune: the best options, and the folder of the trials beside them', async () => {
    const space = join('..', 'space.json');
    const written = await run(
      'tune',
      reviews,
      ...TINY,
      '--space',
      space,
      '--minutes',
      '0.001',
      '--out',
      'best.json',
    );
    expect(written).toContain('work/best.json');
    const others = written.filter((name) => name !== 'work/best.json');
    expect(others.length).toBeGreaterThan(0);
    expect(others).toEqual(others.map(() => within('best.json.trials')));
  });
});

test('a training that is interrupted leaves its checkpoint, beside --out or where it was told to', async () => {
  for (const [flags, folder] of [
    [[], 'later.checkpoint'],
    [['--checkpoint', 'state'], 'state'],
  ] as const) {
    const before = snapshot();
    const verb = ['train', reviews, ...TINY, '--pretrain-epochs', '10000', '--out', 'later'];
    const { child, ended, heard } = start([...verb, ...flags], surroundings);
    await heard('epoch 2/10000', 'stderr');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const written = changes(before);
    expect(written.length).toBeGreaterThan(0);
    expect(written).toEqual(written.map(() => within(folder)));
  }
});

test('what fails leaves nothing', async () => {
  const before = snapshot();
  const { code } = await starling(
    ['train', root.file('space.json'), ...TINY, '--out', 'never'],
    surroundings,
  );
  expect(code).toBe(3);
  expect(changes(before)).toEqual([]);
});

/** Checkpoints on the disk: what is refused and why, what happens when the disk does not do its part, what is removed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  type Options,
  type Progress,
  type Review,
  removeCheckpoint,
  SentimentModel,
} from '../../src/index.ts';
import { sampleReviews, small, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const reviews = sampleReviews(100);
const fresh = join(folder, 'fresh');
let runs = 0;

/** Trains until the fine-tuning has begun, and leaves the state of then. */
async function leaveState(dir: string): Promise<void> {
  const stopping = new AbortController();
  const checkpoint = { dir, everySeconds: 0, signal: stopping.signal };
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'finetune') stopping.abort();
  };
  await expect(
    SentimentModel.train(reviews, { options: small, checkpoint, onProgress }),
  ).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: `interrupted; the run so far is in ${dir}`,
    hint: 'To go on with it, run the same command again with --resume.',
  });
}

interface Change {
  readonly options?: Partial<Options>;
  readonly reviews?: readonly Review[];
  readonly levels?: readonly number[];
}

async function goOn(dir: string, { options, reviews: others, ...rest }: Change = {}): Promise<string[]> {
  const notes: string[] = [];
  const checkpoint = { dir, resume: true, onNote: (note: string) => notes.push(note) };
  const settings = { options: { ...small, ...options }, ...rest, checkpoint };
  (await SentimentModel.train(others ?? reviews, settings)).close();
  return notes;
}

/** A checkpoint of this test's own. */
function copy(): string {
  const dir = join(folder, `copy-${runs++}`);
  for (const name of readdirSync(fresh, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const from = join(name.parentPath, name.name);
    const to = join(dir, from.slice(fresh.length));
    mkdirSync(join(to, '..'), { recursive: true });
    writeFileSync(to, readFileSync(from));
  }
  return dir;
}

const states = (dir: string, part: string): string[] =>
  readdirSync(join(dir, part)).sort((a, b) => Number(a) - Number(b));

beforeAll(() => leaveState(fresh));

test('a checkpoint is not overwritten by a run that does not go on with it', async () => {
  const dir = copy();
  await expect(SentimentModel.train(reviews, { options: small, checkpoint: { dir } })).rejects.toMatchObject({
    code: 'BAD_CHECKPOINT',
    message: `${dir} holds the checkpoint of a run that did not end`,
    hint: 'Go on with it (--resume), or delete the folder to begin anew.',
  });
  expect(await goOn(dir)).toEqual([]);
});

test.each<[string, Change, RegExp]>([
  ['another option', { options: { dropout: 0.5 } }, /another run: dropout was 0.2, now it is 0.5$/],
  ['another seed', { options: { seed: 9 } }, /another run: seed was 1, now it is 9$/],
  ['other kernels', { options: { engine: 'reference' } }, /the engine was ".*", now it is "reference"$/],
  ['a rating scale', { levels: [1, 2, 3, 4, 5] }, /levels was null, now it is \[1,2,3,4,5\]$/],
  [
    'more reviews',
    { reviews: sampleReviews(101) },
    /the number of reviews was 100, now it is 101; the number of rated reviews was 100, now it is 101; the reviews are others/,
  ],
  [
    'one other word',
    { reviews: reviews.map((review, i) => (i === 50 ? { ...review, text: `${review.text} x` } : review)) },
    /another run: the reviews are others, or in another order$/,
  ],
  [
    'one other rating',
    { reviews: reviews.map((review, i) => (i === 50 ? { ...review, rating: 2 } : review)) },
    /another run: the reviews are others, or in another order$/,
  ],
])('a checkpoint of a run with %s is refused, and says what differs', async (_name, change, message) => {
  await expect(goOn(copy(), change)).rejects.toMatchObject({
    code: 'BAD_CHECKPOINT',
    message: expect.stringMatching(message) as string,
    hint: 'Give what that run was given, or delete the folder to begin anew.',
  });
});

test('another number of threads is no other run', async () => {
  expect(await goOn(copy(), { options: { threads: 2 } })).toEqual([]);
});

test('another version of starling, or of the format, is refused', async () => {
  const dir = copy();
  const path = join(dir, 'run.json');
  const run = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...run, identity: { ...run.identity, version: '0.0.9' } }));
  await expect(goOn(dir)).rejects.toThrow(/the version of starling was "0.0.9", now it is/);
  writeFileSync(path, JSON.stringify({ ...run, formatVersion: 2 }));
  await expect(goOn(dir)).rejects.toThrow('has the format version 2, this starling reads 1');
  writeFileSync(path, '{');
  await expect(goOn(dir)).rejects.toThrow('does not describe a checkpoint');
});

test('when the last state is damaged, the one before it is taken', async () => {
  const dir = copy();
  const [, last] = states(dir, 'pretraining');
  const path = join(dir, 'pretraining', last, 'arrays.safetensors');
  const bytes = readFileSync(path);
  bytes[bytes.length - 5] ^= 1;
  writeFileSync(path, bytes);
  expect(await goOn(dir)).toEqual([
    `${path} is damaged: the checkpoint before it is taken, if there is one.`,
  ]);
});

test.each([
  ['cut short', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 200))],
  ['missing', (path: string) => rmSync(path)],
  ['empty', (path: string) => writeFileSync(path, '')],
])('when both states are %s, the run is refused and what is there is left', async (_name, damage) => {
  for (const file of ['state.json', 'arrays.safetensors']) {
    const dir = copy();
    for (const number of states(dir, 'pretraining')) damage(join(dir, 'pretraining', number, file));
    await expect(goOn(dir)).rejects.toMatchObject({
      code: 'BAD_CHECKPOINT',
      message: expect.stringContaining(dir) as string,
      hint: 'Delete the folder of the checkpoint to begin anew.',
    });
    expect(states(dir, 'pretraining')).toHaveLength(2);
  }
});

test('what a crash has left half-written is passed over and taken away', async () => {
  const dir = copy();
  const half = join(dir, 'finetuning', '.7.new-123-4');
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'state.json'), '{"da');
  expect(await goOn(dir)).toEqual([]);
  expect(existsSync(half)).toBe(false);
});

test('a folder with something else in it is refused and left alone', async () => {
  const dir = join(folder, 'mine');
  mkdirSync(dir);
  writeFileSync(join(dir, 'thesis.txt'), 'all of it');
  const train = SentimentModel.train(reviews, { options: small, checkpoint: { dir } });
  await expect(train).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: `cannot write checkpoints to ${dir}: it holds something that starling did not write`,
  });
  await removeCheckpoint(dir);
  expect(readFileSync(join(dir, 'thesis.txt'), 'utf8')).toBe('all of it');
});

test('a place below a file is refused before anything is learned', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const dir = join(file, 'checkpoint');
  const heard: Progress[] = [];
  const onProgress = (event: Progress) => heard.push(event);
  await expect(
    SentimentModel.train(reviews, { options: small, checkpoint: { dir }, onProgress }),
  ).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: expect.stringContaining('is no folder') as string,
  });
  expect(heard).toEqual([]);
});

test('a state that cannot be saved is said, and the run goes on', async () => {
  const dir = join(folder, 'blocked', 'checkpoint');
  const notes: string[] = [];
  let blocked = false;
  const model = await SentimentModel.train(reviews, {
    options: small,
    checkpoint: { dir, everySeconds: 0, onNote: (note) => notes.push(note) },
    onProgress: () => {
      if (blocked) return;
      blocked = true;
      // The folder vanishes, and a file takes the place of the one above it.
      rmSync(join(folder, 'blocked'), { recursive: true, force: true });
      writeFileSync(join(folder, 'blocked'), '');
    },
  });
  expect(model.training.history.length).toBeGreaterThan(0);
  expect(notes.length).toBeGreaterThan(0);
  expect(notes[0]).toMatch(
    /^No checkpoint could be saved, the run goes on: cannot write .*checkpoint.*: a part of the path is no folder$/,
  );
});

test('a checkpoint that vanishes while the run lasts is made anew', async () => {
  const dir = join(folder, 'vanishing');
  let seen = 0;
  await SentimentModel.train(reviews, {
    options: small,
    checkpoint: { dir, everySeconds: 0 },
    onProgress: () => {
      if (++seen === 3) rmSync(dir, { recursive: true, force: true });
    },
  });
  expect(readdirSync(dir)).toContain('run.json');
  expect(await goOn(dir)).toEqual([]);
});

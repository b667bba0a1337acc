/**
 * Folds of a cross-validation, all at once or in pieces, on a few short reviews: the same result, and what is told, kept and
 * refused on the way. Runs that are killed and go on: test/checkpoint/resume.test.ts; the folder of pieces: pieces.test.ts there.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crossValidate } from '../../src/evaluation/cross-validate.ts';
import { runFold, testRowsOf } from '../../src/evaluation/fold.ts';
import { crossValidateFolds, mergeFolds } from '../../src/evaluation/fold-pieces.ts';
import { prepare, run, type TaskMessage, toTaskData } from '../../src/evaluation/fold-task.ts';
import type { CrossValidationResult } from '../../src/evaluation/results.ts';
import { planFolds, withSharedEncoders } from '../../src/evaluation/run-folds.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Encoders } from '../../src/model/encoders.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import type { Progress } from '../../src/progress.ts';
import { opened } from '../opened-engines.ts';

vi.mock('../../src/tfjs/node-engine.ts', async (original) =>
  (await import('../opened-engines.ts')).watched(original),
);
beforeEach(() => {
  opened.length = 0;
});

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
const rated = Array.from({ length: 20 }, (_, i) => ({
  id: `${i}`,
  text: `visit${i % 7} was ${words[i % 5]} and ${words[(i * i) % 5]} ${i}`,
  rating: 1 + (i % 5),
}));
const unlabelled = Array.from({ length: 20 }, (_, i) => ({
  id: `u${i}`,
  text: `evening${i} was ${words[i % 5]} but ${words[(i + 2) % 5]}`,
  rating: null,
}));
const options: Partial<Options> = {
  ...{ hidden: [3], folds: 2, epochs: 2, pretrainEpochs: [2], minDocumentFrequency: 1, wide: false },
  ...{ threads: 1, seed: 3, engine: 'wasm' },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-folds-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Without how long it took. */
const timeless = ({ seconds: _, folds, ...rest }: CrossValidationResult) => ({
  ...rest,
  folds: folds.map(({ seconds: __, ...fold }) => fold),
});

describe('a cross-validation', () => {
  test('gives the reviews it tested and what explains mistakes only where both are asked for', async () => {
    const bare = await crossValidate(rated, { options, keepMistakes: 1 });
    expect(bare).not.toHaveProperty('tested');
    expect(bare.seconds).toBeGreaterThan(0);
    expect(bare.seconds).toBeLessThan(60);
    expect(opened).toEqual([{ given: [1, 'wasm'], closed: true }]);
    const { tested, ...kept } = await crossValidate(rated, { options, keepPredictions: true });
    expect([tested!.rows.length, tested!.excerpts]).toEqual([20, []]);
    expect(timeless(kept)).toEqual(timeless(bare));
    const asked = await crossValidate(rated, { options, keepPredictions: true, keepMistakes: 1 });
    expect(asked.tested!.excerpts).toHaveLength(2);
  });

  test('ends its engine when it fails, too', async () => {
    const dir = join(folder, 'file');
    await writeFile(dir, '');
    await expect(crossValidate(rated, { options, checkpoint: { dir } })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
    });
    expect(opened).toEqual([{ given: [1, 'wasm'], closed: true }]);
  });

  test('goes on from its checkpoint to the same figures, and knows another run by what differs', async () => {
    const dir = join(folder, 'checkpoint');
    const stop = new AbortController();
    const checkpoint = { dir, everySeconds: 0, signal: stop.signal };
    const settings = { options, unlabelled, levels: [1, 2, 3, 4, 5], keepPredictions: true, keepMistakes: 1 };
    const onProgress = (event: Progress): void => {
      if (event.fold === 2) stop.abort();
    };
    await expect(crossValidate(rated, { ...settings, checkpoint, onProgress })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    // The pre-training that both folds share has a part of its own, and so has the end of the first fold.
    expect(await readdir(dir)).toEqual(expect.arrayContaining(['fold-1-outcome', 'pretraining', 'run.json']));
    const told: string[] = [];
    const listen = ({ rule }: Progress): unknown => rule !== undefined && told.push(rule);
    const goOn = (other: object) =>
      crossValidate(rated, {
        ...{ ...settings, ...other, onProgress: listen },
        checkpoint: { dir, resume: true },
      });
    const refused = async (other: object): Promise<string> =>
      goOn(other).then(
        () => 'went on',
        (error: Error) => error.message,
      );
    expect(await refused({ keepMistakes: 2 })).toContain('keepMistakes was 1, now it is 2');
    expect(await refused({ levels: undefined })).toContain('levels was');
    const whole = await crossValidate(rated, { ...settings, onProgress: listen });
    const rules = told.splice(0);
    const encoders = await Encoders.pretrain(unlabelled, { options });
    expect(await refused({ encoders })).toContain('the given encoders are others');
    told.length = 0;
    expect(timeless(await goOn({}))).toEqual(timeless(whole));
    // Those of the fold that was not run again, too.
    expect(told).toEqual(rules);
    expect(rules.filter((rule) => rule.startsWith('each fold, fine-tuning'))).toHaveLength(3);
    expect(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'))).toMatchObject({
      identity: { run: 'crossvalidate' },
    });
  });

  test('notes on its checkpoint are told', async () => {
    const notes: string[] = [];
    const checkpoint = {
      dir: join(folder, 'none'),
      resume: true,
      onNote: (note: string) => notes.push(note),
    };
    await crossValidate(rated, { options, checkpoint });
    expect(notes).toEqual([expect.stringContaining('There is no checkpoint in')]);
  });
});

describe('folds in pieces', () => {
  const settings = () => ({ options, unlabelled, dir: join(folder, 'pieces'), keepMistakes: 1 });

  test('are computed once, told of in order, and together are the cross-validation', async () => {
    const events: Progress[] = [];
    const onProgress = (event: Progress): number => events.push(event);
    const second = await crossValidateFolds(rated, [2, 2], { ...settings(), onProgress });
    expect(opened).toEqual([{ given: [1, 'wasm'], closed: true }]);
    const file = (fold: number): string => join(folder, 'pieces', `fold-${fold}.json`);
    const figures = { rmse: expect.any(Number), seconds: expect.any(Number) };
    expect(second).toEqual([{ fold: 2, file: file(2), computed: true, ...figures }]);
    expect(events.filter(({ phase, epochEnd }) => phase === 'pretrain' && epochEnd)).toHaveLength(2);
    const rules = events.flatMap(({ rule }) => rule ?? []);
    expect(rules.length).toBeGreaterThan(0);

    const both = await crossValidateFolds(rated, [2, 1], settings());
    expect(both).toEqual([
      { fold: 1, file: file(1), computed: true, ...figures },
      { ...second[0], computed: false },
    ]);
    const before = opened.length;
    events.length = 0;
    const again = await crossValidateFolds(rated, [1, 2], { ...settings(), onProgress });
    expect(again).toEqual(both.map((piece) => ({ ...piece, computed: false })));
    expect([events, opened.length]).toEqual([[], before + 1]);

    const merged = await mergeFolds(rated, settings());
    const whole = await crossValidate(rated, { options, unlabelled, keepPredictions: true, keepMistakes: 1 });
    expect(timeless(merged.result)).toEqual(timeless(whole));
    expect(merged.result.seconds).toBeCloseTo(both[0].seconds + both[1].seconds, 12);
    expect(both.map(({ rmse }) => rmse)).toEqual(whole.folds.map(({ rmse }) => rmse));
    expect(merged.rules).toEqual(rules);
    expect(merged.pretraining).toEqual([
      { layer: 1, epoch: 1, cost: expect.any(Number) },
      { layer: 1, epoch: 2, cost: expect.any(Number) },
    ]);
  });

  test('know a piece of another run, and a merge misses none', async () => {
    const dir = join(folder, 'few');
    await crossValidateFolds(rated, [1], { options, dir });
    await expect(crossValidateFolds(rated, [1], { options, dir, keepMistakes: 2 })).rejects.toThrow(
      /keepMistakes was 0, now it is 2/,
    );
    await expect(mergeFolds(rated, { options, dir, levels: [1, 2, 3, 4, 5] })).rejects.toThrow(/levels was/);
    await expect(mergeFolds(rated, { options, dir })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_DATA',
      message: expect.stringContaining('1 of 2 pieces are missing: fold 2'),
    });
    // Nothing is pre-trained for all folds here.
    await crossValidateFolds(rated, [2], { options, dir });
    expect((await mergeFolds(rated, { options, dir })).pretraining).toEqual([]);
  });

  test('a piece that has heard less of the pre-training than another does not hide it', async () => {
    const dir = join(folder, 'heard');
    const checkpoint = { dir: join(folder, 'heard-checkpoint'), everySeconds: 0 };
    await crossValidateFolds(rated, [2], { options, unlabelled, dir, checkpoint });
    await crossValidateFolds(rated, [1], {
      ...{ options, unlabelled, dir },
      checkpoint: { ...checkpoint, resume: true },
    });
    const epochs = async (fold: number): Promise<number> => {
      const piece = JSON.parse(await readFile(join(dir, `fold-${fold}.json`), 'utf8'));
      return piece.content.data.pretraining.length;
    };
    expect([await epochs(1), await epochs(2)]).toEqual([0, 2]);
    expect((await mergeFolds(rated, { options, unlabelled, dir })).pretraining).toHaveLength(2);
  });

  test.each([[0], [3], [1.5], [Number.NaN]])('there is no fold %s of two', async (fold) => {
    const dir = join(folder, 'never');
    await expect(crossValidateFolds(rated, [1, fold], { options, dir })).rejects.toMatchObject({
      ...{ code: 'BAD_OPTION', message: `there is no fold ${fold}, expected 1 to 2` },
    });
    expect(await readdir(folder)).not.toContain('never');
  });
});

describe('a fold as a task', () => {
  test('of a plan as plain data gives what the plan gives, and tells its RMSE at its end', async () => {
    const engine = createEngine(1, 'wasm');
    const bare = await planFolds(rated, resolveOptions(options), { unlabelled }, 1);
    for (const plan of [bare, await withSharedEncoders(engine, bare)]) {
      const data = structuredClone(toTaskData(plan));
      const prepared = await prepare(data);
      expect([prepared.engine.threads, prepared.engine.name, prepared.checkpoint]).toEqual([
        1,
        'wasm',
        undefined,
      ]);
      expect(testRowsOf(prepared.plan, 1)).toEqual(testRowsOf(plan, 1));
      const messages: TaskMessage[] = [];
      const outcome = await run(prepared, 1, (message) => messages.push(message));
      const expected = await runFold(engine, plan, 1);
      const timelessly = (of: typeof outcome) => ({ ...of, result: { ...of.result, seconds: 0 } });
      expect(timelessly(outcome)).toEqual(timelessly(expected));
      expect(messages.at(-1)).toEqual({ rmse: outcome.result.rmse });
      expect(messages.length).toBeGreaterThan(1);
      prepared.engine.close();
    }
    engine.close();
  });

  test('shares the memory of encoders among threads', async () => {
    const encoders = await Encoders.pretrain(unlabelled, { options });
    const plan = await planFolds(rated, resolveOptions(options), { encoders }, 0);
    const { encoders: given } = toTaskData(plan);
    expect(given!.layers[0].weights.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(given!.layers).toEqual(encoders.layers);
    const { plan: received, engine } = await prepare(structuredClone(toTaskData(plan)));
    expect([received.encoders!.reviews, received.encoders!.summary]).toEqual([20, []]);
    expect(received.encoders!.vectorizer.toJSON()).toEqual(encoders.vectorizer.toJSON());
    engine.close();
  });
});

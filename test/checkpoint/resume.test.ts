/**
 * A run that was stopped and goes on ends as one that was not: to the bit, from every place at which it may be stopped.
 * Stopping is by the signal, which is what Ctrl-C does; test/cli/crash.test.ts kills.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  crossValidate,
  Encoders,
  type Options,
  type Progress,
  removeCheckpoint,
  SentimentModel,
} from '../../src/index.ts';
import { sampleReviews, small, temporaryFolder, withoutTimes } from './helpers.ts';

const folder = temporaryFolder();
const reviews = sampleReviews(150, 110);
let runs = 0;

/** What a run is given: where to leave its state, and who is told of its progress. */
type Around = Pick<NonNullable<Parameters<typeof SentimentModel.train>[1]>, 'checkpoint' | 'onProgress'>;

/**
 * Stops a run at its n-th progress event, goes on, stops at the n-th again, and so on until it ends.
 * @returns the result, and how often it was stopped
 */
async function inPieces<T>(
  run: (around: Around) => Promise<T>,
  stopAfter: (event: Progress, count: number) => boolean,
): Promise<{ result: T; stops: number; dir: string }> {
  const dir = join(folder, `run-${runs++}`);
  for (let stops = 0; ; stops++) {
    const stopping = new AbortController();
    let count = 0;
    const checkpoint = { dir, everySeconds: 1e6, resume: true, signal: stopping.signal };
    const onProgress = (event: Progress): void => {
      if (stopAfter(event, ++count)) stopping.abort();
    };
    try {
      return { result: await run({ checkpoint, onProgress }), stops, dir };
    } catch (error) {
      expect(error).toMatchObject({ code: 'INTERRUPTED' });
      if (stops > 200) throw error;
    }
  }
}

const weightsOf = (model: SentimentModel): number[][] =>
  model.layerData().map(({ weights, bias }) => [...weights, ...bias]);

describe('a training that is stopped at every epoch and goes on ends with the same bits', () => {
  const variants: [string, Partial<Options>][] = [
    ['with the linear model beside the network', { wide: true }],
    ['with adam', { optimizer: 'adam', pretrainOptimizer: 'adam' }],
    [
      'with sgd and momentum',
      { optimizer: 'sgd', momentum: 0.5, pretrainOptimizer: 'sgd', learningRate: 0.05 },
    ],
    ['without a validation part', { validation: 0 }],
    ['with unbounded codes that are scaled', { reconstruction: 'sigmoid' }],
    ['with softplus units', { activation: 'softplus', reconstruction: 'sigmoid' }],
    ['without pre-training', { pretrain: false }],
    ['in two threads', { threads: 2 }],
  ];
  test.each(variants)('%s', async (_name, variant) => {
    const options = { ...small, ...variant };
    const whole = await SentimentModel.train(reviews, { options });
    const { result, stops, dir } = await inPieces(
      (around) => SentimentModel.train(reviews, { options, ...around }),
      (event) => event.epochEnd,
    );
    expect(stops).toBeGreaterThanOrEqual(variant.pretrain === false ? 2 : 7);
    expect(weightsOf(result)).toEqual(weightsOf(whole));
    expect(withoutTimes(result.training)).toEqual(withoutTimes(whole.training));
    expect(result.predictMany(['good soup', 'awful'])).toEqual(whole.predictMany(['good soup', 'awful']));
    whole.close();
    result.close();
    await removeCheckpoint(dir);
    expect(existsSync(dir)).toBe(false);
  });
});

test('it may be stopped between any two minibatches', async () => {
  const options = { ...small, hidden: [6], pretrainEpochs: [1], epochs: 1 };
  const whole = await SentimentModel.train(reviews, { options });
  const dir = join(folder, 'minibatches');
  // With everySeconds 0 each minibatch leaves a state: from each of them the run can go on.
  let result: SentimentModel | null = null;
  let saved = 0;
  while (result === null) {
    const stopping = new AbortController();
    const already = new Set(existsSync(dir) ? readdirSync(dir) : []);
    stopping.abort();
    const checkpoint = { dir, resume: true, signal: stopping.signal };
    result = await SentimentModel.train(reviews, { options, checkpoint }).catch((error) => {
      expect(error).toMatchObject({ code: 'INTERRUPTED' });
      saved++;
      return null;
    });
    expect(already.size).toBeLessThanOrEqual(4);
    expect(saved).toBeLessThan(200);
  }
  // 150 reviews in minibatches of 16 in pre-training; in both fine-tunings an epoch has at least 64 minibatches.
  expect(saved).toBeGreaterThanOrEqual(10 + 60 + 60);
  expect(weightsOf(result)).toEqual(weightsOf(whole));
});

test('states that are saved all the time change nothing, and the last two of each part are kept', async () => {
  const dir = join(folder, 'often');
  const whole = await SentimentModel.train(reviews, { options: small });
  const model = await SentimentModel.train(reviews, { options: small, checkpoint: { dir, everySeconds: 0 } });
  expect(weightsOf(model)).toEqual(weightsOf(whole));
  const parts = ['finetuning', 'finetuning.refit', 'pretraining'];
  expect(readdirSync(dir).sort()).toEqual([...parts, 'run.json']);
  for (const part of parts) expect(readdirSync(join(dir, part))).toHaveLength(2);
});

test('a pre-training that is stopped and goes on gives the same encoders', async () => {
  const whole = await Encoders.pretrain(reviews, { options: small });
  const { result, stops } = await inPieces(
    (around) => Encoders.pretrain(reviews, { options: small, ...around }),
    (event) => event.epochEnd,
  );
  expect(stops).toBe(5);
  expect(withoutTimes({ ...result })).toEqual(withoutTimes({ ...whole }));
});

describe('a cross-validation that is stopped and goes on gives the same figures', () => {
  const options: Partial<Options> = { ...small, folds: 3 };
  test.each([
    ['one thread', { threads: 1 }, 110],
    ['folds side by side', { threads: 2 }, 110],
    ['encoders that all folds share', { threads: 1 }, 70],
    ['a linear head', { threads: 1, head: 'linear' }, 110],
  ] as const)('with %s', async (_name, variant, rated) => {
    const all = sampleReviews(150, rated);
    const settings = { options: { ...options, ...variant }, keepPredictions: true, keepMistakes: 2 };
    const whole = await crossValidate(all, settings);
    let heard = 0;
    const { result, stops } = await inPieces(
      (around) => crossValidate(all, { ...settings, ...around }),
      // Two folds that run at once are stopped together, wherever they are.
      (event) =>
        (event.epochEnd || (event.phase === 'crossvalidate' && event.epoch === 2)) && ++heard % 3 === 0,
    );
    expect(stops).toBeGreaterThanOrEqual(1);
    expect(withoutTimes(result)).toEqual(withoutTimes(whole));
  });
});

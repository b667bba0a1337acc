/**
 * The outcome of a fold, kept and read back: the same in every number, and refused when anything in it cannot be. Of a made-up
 * outcome, so that no fold is trained; folds that end, are killed and go on: test/checkpoint/resume.test.ts.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Checkpoint, Saved, type SavedState } from '../../src/checkpoint/checkpoint.ts';
import { StarlingError } from '../../src/errors.ts';
import { type FoldOutcome, type FoldPlan, testRowsOf } from '../../src/evaluation/fold.ts';
import { planFolds } from '../../src/evaluation/run-folds.ts';
import { restoreOutcome, runSavedFold, stateOfOutcome } from '../../src/evaluation/saved-fold.ts';
import type { Engine } from '../../src/kernels/engine.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import type { OnProgress } from '../../src/progress.ts';

const ran = vi.hoisted(() => ({ folds: [] as unknown[], outcome: undefined as unknown }));
vi.mock('../../src/evaluation/fold.ts', async (original) => ({
  ...(await original<typeof import('../../src/evaluation/fold.ts')>()),
  runFold: async (...given: unknown[]) => {
    ran.folds.push(given);
    return ran.outcome;
  },
}));

const reviews = Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, text: `text ${i}`, rating: 1 + (i % 2) }));
const planOf = (given: Partial<Options> = {}): Promise<FoldPlan> =>
  planFolds(reviews, resolveOptions({ folds: 2, hidden: [2], epochs: 3, transfer: 'none', ...given }), {}, 1);
const plan = await planOf();
const rows = testRowsOf(plan, 1);
const layer = (inputs: number, units: number, first: number) => ({
  ...{ inputs, units },
  weights: Float32Array.from({ length: inputs * units }, (_, i) => first + i / 7),
  bias: Float32Array.from({ length: units }, (_, i) => first - i / 3),
});
const head = { kind: 'softmax' as const, levels: [1, 2], mean: 1.5, std: 0.5 };

const outcome: FoldOutcome = {
  result: {
    ...{ fold: 2, trainSize: 4, testSize: rows.length, rmse: 0.7, mae: 0.6, bestEpoch: 2, seconds: 1.25 },
    sparsity: { input: 0.9, hidden: [0.4] },
    history: [
      { epoch: 1, cost: 1.5, validationRmse: 0.8, sparsity: [0.3] },
      { epoch: 2, cost: 1.25, validationRmse: null, sparsity: [0.4] },
    ],
  },
  rows,
  ratings: Float64Array.from(rows, (_, i) => 1 + i / 10),
  calibration: {
    reviews: rows.length,
    levels: [
      { level: 1, predicted: 0.4, actual: 0.5 },
      { level: 2, predicted: 0.6, actual: 0.55 },
    ],
    bins: Array.from({ length: 10 }, (_, i) => ({
      ...{ from: i / 10, to: (i + 1) / 10, count: i },
      ...(i === 0 ? { predicted: null, actual: null } : { predicted: i / 11, actual: i / 12 }),
    })),
    calibrationError: 0.05,
  },
  constant: Float64Array.from(rows, () => 1.5),
  noHiddenLayer: {
    ratings: Float64Array.from(rows, (_, i) => 2 - i / 10),
    sparsity: { input: 0.8, hidden: [] },
  },
  excerpt: {
    head,
    vocabulary: { terms: ['a', 'b', 'c'], documentFrequency: [3, 2, 1], documents: 8 },
    layers: [layer(3, 2, 1), layer(2, 2, 2)],
    wide: {
      head: { ...head, mean: 1.25 },
      vocabulary: {
        ...{ terms: ['a', 'a b'], documentFrequency: [3, 1], documents: 8, weights: [0.25, 1.5] },
      },
      layers: [layer(2, 2, 3)],
      share: 0.3,
    },
  },
  rules: ['minibatches of 2', 'at most 3 epochs'],
};

type Data = Record<string, unknown>;
/** What a file gives back: JSON, and arrays by name. */
function kept(
  change: (data: Data, arrays: Record<string, Float32Array>) => void = () => {},
  of = outcome,
): Saved {
  const { data, arrays } = stateOfOutcome(of);
  const read = JSON.parse(JSON.stringify(data)) as Data;
  const copies = { ...arrays };
  change(read, copies);
  return new Saved({ data: read, arrays: copies }, 'fold-2');
}

/** Sets what stands at a path such as "result.history.0.epoch". */
const put = (path: string, value: unknown) => (data: Data) => {
  const names = path.split('.');
  const last = names.pop()!;
  const at = names.reduce((within, name) => within[name] as Data, data);
  at[last] = value;
};

describe('an outcome that is kept', () => {
  test('is the same in every number when it is read back', () => {
    expect(restoreOutcome(kept(), plan, 1)).toEqual(outcome);
  });

  test('is the same with nothing but what every fold has', () => {
    const { wide: _, ...excerpt } = outcome.excerpt!;
    const alone = { ...outcome, excerpt };
    expect(restoreOutcome(kept(undefined, alone), plan, 1)).toEqual(alone);
    const bare = { ...outcome, excerpt: null, calibration: null, rules: [] };
    expect(restoreOutcome(kept(undefined, bare), plan, 1)).toEqual(bare);
    const older = kept((data) => {
      delete data.rules;
    }, bare);
    expect(restoreOutcome(older, plan, 1)).toEqual(bare);
    expect(Object.keys(stateOfOutcome(bare).arrays)).toEqual([]);
  });

  test('with a linear head has one output', async () => {
    const linear = { ...head, kind: 'linear' as const };
    const excerpt = {
      head: linear,
      vocabulary: outcome.excerpt!.vocabulary,
      layers: [layer(3, 2, 1), layer(2, 1, 2)],
    };
    const given = { ...outcome, calibration: null, excerpt };
    expect(restoreOutcome(kept(undefined, given), await planOf({ head: 'linear' }), 1)).toEqual(given);
  });
});

describe('an outcome is refused', () => {
  test.each([
    ['rows', [0, 1, 2, 3, 4, 5, 6, 7], /"rows" is no list of \d numbers/],
    ['rows', Array.from(rows, () => 0), /the fold has other reviews$/],
    ['result', [], /"result" is .*, expected an object/],
    ['result.fold', 1, /"fold" is 1, expected a whole number from 2 to 2/],
    ['result.trainSize', 9, /"trainSize" is 9, expected a whole number from 0 to 8/],
    ['result.trainSize', -1, /"trainSize" is -1/],
    ['result.testSize', rows.length + 1, /"testSize" is \d, expected/],
    ['result.testSize', rows.length - 1, /"testSize" is \d, expected/],
    ['result.rmse', null, /"rmse"/],
    ['result.mae', 'x', /"mae"/],
    ['result.seconds', null, /"seconds"/],
    ['result.bestEpoch', 4, /"bestEpoch" is 4, expected a whole number from 0 to 3/],
    ['result.bestEpoch', -1, /"bestEpoch" is -1/],
    ['result.sparsity.input', null, /"input"/],
    ['result.sparsity.hidden', [], /"hidden" is no list of 1 numbers/],
    ['result.history', [{}, {}, {}, {}], /"history" is no list of its length/],
    ['result.history.0.epoch', 0, /"epoch" is 0, expected a whole number from 1 to 3/],
    ['result.history.0.epoch', 4, /"epoch" is 4/],
    ['result.history.0.cost', null, /"cost"/],
    ['result.history.0.validationRmse', 'x', /"validationRmse"/],
    ['result.history.0.sparsity', [0.1, 0.2], /"sparsity" is no list of 1 numbers/],
    ['ratings', [1], /"ratings" is no list of/],
    ['constant', [1], /"constant" is no list of/],
    ['noHiddenLayer.ratings', [1], /"ratings" is no list of/],
    ['noHiddenLayer.sparsity.hidden', [0.5], /"hidden" is no list of 0 numbers/],
    ['calibration.reviews', 0, /"reviews" is 0/],
    ['calibration.levels', 1, /"levels" is no list/],
    ['calibration.levels.0.level', null, /"level"/],
    ['calibration.levels.0.predicted', null, /"predicted"/],
    ['calibration.levels.0.actual', null, /"actual"/],
    ['calibration.bins', [], /"bins" has 0 bins, expected 10/],
    ['calibration.bins', Array(11).fill({}), /"bins" is no list of its length/],
    ['calibration.bins.3.from', null, /"from"/],
    ['calibration.bins.3.to', null, /"to"/],
    ['calibration.bins.3.count', -1, /"count" is -1/],
    ['calibration.bins.3.predicted', 'x', /"predicted"/],
    ['calibration.bins.3.actual', 'x', /"actual"/],
    ['calibration.calibrationError', null, /"calibrationError"/],
    ['excerpt.head.kind', 'linear', /"kind" is linear, expected softmax/],
    ['excerpt.head.levels', null, /"levels" is no list/],
    ['excerpt.head.mean', null, /"mean"/],
    ['excerpt.head.std', null, /"std"/],
    ['excerpt.vocabulary.terms', ['a'], /"terms" is no list of 3 texts/],
    ['excerpt.vocabulary.documents', -1, /"documents" is -1/],
    [
      'excerpt.vocabulary.documents',
      2 ** 32,
      /"documents" is 4294967296, expected a whole number from 0 to 4294967295/,
    ],
    ['excerpt.layers', [], /"layers" is no list of its length/],
    ['excerpt.layers.0.inputs', 2, /"inputs" is 2, expected a whole number from 3 to 3/],
    ['excerpt.layers.0.inputs', 4, /"inputs" is 4/],
    ['excerpt.layers.0.units', 1, /"units" is 1, expected a whole number from 2 to 2/],
    ['excerpt.layers.1.units', 3, /"units" is 3, expected a whole number from 2 to 2/],
    ['excerpt.wide.share', null, /"share"/],
    ['rules', 'x', /"rules" is no list/],
    ['rules.0.rule', 1, /"rule" is 1, expected a text/],
    ['excerpt.wide.vocabulary.weights', [1], /"weights" is no list of 2 numbers/],
    ['excerpt.wide.layers.0.inputs', 3, /"inputs" is 3, expected a whole number from 2 to 2/],
  ])('with %s = %j', (path, value, message) => {
    const refused = () => restoreOutcome(kept(put(path, value)), plan, 1);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ code: 'BAD_CHECKPOINT' }));
  });

  test('with more outputs than there are, also where units may have been taken over: up to as many as the other model has', async () => {
    const taking = await planOf({ transfer: 'general' });
    const refusing = (path: string, value: number) => () => restoreOutcome(kept(put(path, value)), taking, 1);
    expect(refusing('excerpt.layers.0.units', 131)).toThrow('expected a whole number from 2 to 130');
    expect(refusing('excerpt.layers.1.units', 3)).toThrow('expected a whole number from 2 to 2');
  });

  test.each([
    ...['excerpt.0.weights', 'excerpt.0.bias', 'excerpt.1.weights', 'excerpt.1.bias'],
    ...['wide.0.weights', 'wide.0.bias'],
  ])('without the array %s, or with one of another length', (name) => {
    const missing = kept((_, arrays) => {
      delete arrays[name];
    });
    expect(() => restoreOutcome(missing, plan, 1)).toThrow(`the array "${name}" is missing`);
    const longer = kept((_, arrays) => {
      arrays[name] = new Float32Array(arrays[name].length + 1);
    });
    expect(() => restoreOutcome(longer, plan, 1)).toThrow(`the array "${name}" has`);
  });

  test('as another fold', () => {
    expect(() => restoreOutcome(kept(), plan, 0)).toThrow(/the fold has other reviews$/);
  });
});

describe('a fold with a checkpoint', () => {
  const engine = {} as Engine;
  const hear: OnProgress = () => {};
  beforeEach(() => {
    ran.folds.length = 0;
    ran.outcome = outcome;
  });

  function checkpointWith(left: Saved | null, stopping = false) {
    const done: unknown[] = [];
    const part = (name: string): Checkpoint =>
      ({
        name,
        restore: async () => (name === 'fold-2-outcome' ? left : null),
        save: async (state: SavedState) => {
          done.push(['save', name, state]);
        },
        drop: async () => {
          done.push(['drop', name]);
        },
      }) as unknown as Checkpoint;
    const stopIfAsked = async () => {
      if (stopping) throw new StarlingError('INTERRUPTED', 'asked to stop');
    };
    return { done, checkpoint: { stopIfAsked, part } as unknown as Checkpoint };
  }

  test('that has an outcome is not run again, and tells what rules chose in it', async () => {
    const { done, checkpoint } = checkpointWith(kept());
    const events: unknown[] = [];
    const listen: OnProgress = (event) => events.push(event);
    expect(await runSavedFold(engine, plan, 1, listen, checkpoint)).toEqual(outcome);
    expect(events).toEqual(
      outcome.rules.map((rule) => ({ phase: 'finetune', fraction: 0, epochEnd: false, rule })),
    );
    expect([ran.folds, done]).toEqual([[], []]);
    const stopping = checkpointWith(kept(), true);
    expect(await runSavedFold(engine, plan, 1, hear, stopping.checkpoint)).toEqual(outcome);
  });

  test('that has none is run with a place of its own, which is dropped once the outcome is kept', async () => {
    const { done, checkpoint } = checkpointWith(null);
    expect(await runSavedFold(engine, plan, 1, hear, checkpoint)).toBe(outcome);
    expect(ran.folds).toEqual([[engine, plan, 1, hear, expect.objectContaining({ name: 'fold-2' })]]);
    expect(done).toEqual([
      ['save', 'fold-2-outcome', stateOfOutcome(outcome)],
      ['drop', 'fold-2'],
    ]);
  });

  test('is not begun when the run is to stop', async () => {
    const { done, checkpoint } = checkpointWith(null, true);
    await expect(runSavedFold(engine, plan, 1, hear, checkpoint)).rejects.toThrow('asked to stop');
    expect([ran.folds, done]).toEqual([[], []]);
  });

  test('without one it is run, and nothing is kept', async () => {
    expect(await runSavedFold(engine, plan, 1, hear)).toBe(outcome);
    expect(ran.folds).toEqual([[engine, plan, 1, hear]]);
  });
});

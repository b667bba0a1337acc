/** Which folds run where: with folds that only say that they were run. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { FoldOutcome } from '../../src/evaluation/fold.ts';
import { type FoldRun, planFolds, runFolds } from '../../src/evaluation/run-folds.ts';
import type { Engine } from '../../src/kernels/engine.ts';
import { resolveOptions } from '../../src/options.ts';
import type { OnProgress, Progress } from '../../src/progress.ts';

const seen = vi.hoisted(() => ({ here: [] as unknown[], tasks: [] as unknown[] }));
const outcomeOf = (fold: number): FoldOutcome => ({ result: { fold: fold + 1, rmse: 0.5 } }) as FoldOutcome;

vi.mock('../../src/evaluation/saved-fold.ts', () => ({
  runSavedFold: async (
    _engine: Engine,
    _plan: unknown,
    fold: number,
    tell: OnProgress,
    checkpoint: unknown,
  ) => {
    seen.here.push([fold, checkpoint]);
    tell({ phase: 'finetune', fraction: 0.5, epochEnd: false });
    return outcomeOf(fold);
  },
}));
interface Tasks {
  readonly module: URL;
  readonly data: { readonly checkpoint?: unknown };
  readonly tasks: readonly number[];
  readonly workers: number;
}
vi.mock('../../src/kernels/node-tasks.ts', () => ({
  runTasks: async (
    { module, data, tasks, workers }: Tasks,
    hear: (task: number, message: unknown) => void,
    onOutcome?: (outcome: FoldOutcome) => Promise<void>,
  ) => {
    seen.tasks.push([module.pathname.split('/').at(-1), data.checkpoint, tasks, workers]);
    hear(tasks[0], { checkpointNote: 'the disk is full' });
    hear(tasks[0], { phase: 'finetune', fraction: 0.5, epochEnd: false });
    for (const task of tasks) await onOutcome?.(outcomeOf(task));
    return tasks.map(outcomeOf);
  },
}));

const options = resolveOptions({ folds: 4, hidden: [3] });
const reviews = Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, text: `text ${i}`, rating: 1 + (i % 2) }));
const plan = await planFolds(reviews, options, {}, 0);
const state = { dir: 'state' };
const checkpoint = { data: state } as unknown as FoldRun['checkpoint'];

async function run(threads: number, chosen: readonly number[], more: Partial<FoldRun> = {}) {
  const [ended, events, notes] = [[] as number[], [] as Progress[], [] as string[]];
  const outcomes = await runFolds({
    ...{ engine: { threads } as Engine, plan, chosen },
    onProgress: (event) => events.push(event),
    onNote: (note) => notes.push(note),
    onOutcome: async ({ result }) => {
      ended.push(result.fold);
    },
    ...more,
  });
  return { folds: outcomes.map(({ result }) => result.fold), ended, events, notes };
}

beforeEach(() => {
  seen.here.length = 0;
  seen.tasks.length = 0;
});

test('several folds run side by side where there are threads, each told of as it ends', async () => {
  const { folds, ended, events, notes } = await run(2, [3, 1], { checkpoint });
  expect([folds, ended]).toEqual([
    [4, 2],
    [4, 2],
  ]);
  expect(seen).toEqual({ here: [], tasks: [['fold-task.js', state, [3, 1], 2]] });
  expect(notes).toEqual(['the disk is full']);
  expect(events.map(({ fold }) => fold)).toEqual([4]);
});

test('without anybody who listens, and without a checkpoint, too', async () => {
  const nobody = { onProgress: undefined, onNote: undefined, onOutcome: undefined };
  expect((await run(2, [0, 1], nobody)).folds).toEqual([1, 2]);
  expect(seen.tasks).toEqual([['fold-task.js', undefined, [0, 1], 2]]);
  expect((await run(1, [0, 1], nobody)).folds).toEqual([1, 2]);
});

test.each([
  [1, [3, 1], 'one thread'],
  [2, [3], 'one fold'],
])(
  'with %d threads and folds %j: one after another, in the caller’s thread (%s)',
  async (threads, chosen) => {
    const { folds, ended, events } = await run(threads, chosen, { checkpoint });
    const numbers = chosen.map((fold) => fold + 1);
    expect([folds, ended]).toEqual([numbers, numbers]);
    expect(seen).toEqual({ here: chosen.map((fold) => [fold, checkpoint]), tasks: [] });
    // Of each fold what it says itself, and its end.
    expect(events.map(({ fold }) => fold)).toEqual(numbers.flatMap((fold) => [fold, fold]));
    expect(events.at(-1)!.fraction).toBe(1);
  },
);

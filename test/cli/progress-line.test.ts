import { describe, expect, test } from 'vitest';
import { Notes } from '../../src/cli/notes.ts';
import { showProgress } from '../../src/cli/progress-line.ts';
import type { Progress } from '../../src/progress.ts';
import { plain } from '../../src/report/table.ts';

/** Notes that are kept instead of printed. */
class Kept extends Notes {
  readonly lines: string[] = [];
  readonly shown: string[] = [];
  override readonly live: boolean;
  override readonly style = plain;
  private readonly columns: number;

  constructor(live: boolean, columns = 120) {
    super(false);
    this.live = live;
    this.columns = columns;
  }

  override say(line: string): void {
    this.lines.push(line);
  }

  override status(line: string): void {
    this.shown.push(line);
  }

  override get width(): number {
    return this.columns;
  }
}

const epoch: Progress = {
  ...{ phase: 'pretrain', fraction: 0.5, epochEnd: true, layer: 1, layers: 2, epoch: 3, epochs: 10 },
  ...{ cost: 12.3456, reviewsPerSecond: 10_400.4, secondsLeft: 65 },
};
const fold = (n: number, done: number): Progress => ({
  ...{ phase: 'crossvalidate', epochEnd: true, fold: n, folds: 3, validationRmse: 0.71234 },
  ...{ fraction: done / 3, secondsLeft: 3 - done },
});

describe('into a pipe', () => {
  test('one line per epoch end, none in between', () => {
    const notes = new Kept(false);
    const hear = showProgress(notes);
    hear({ ...epoch, epochEnd: false });
    hear(epoch);
    hear({
      phase: 'finetune',
      fraction: 1,
      epochEnd: true,
      epoch: 7,
      epochs: 30,
      validationRmse: 0.7,
      note: 'stopped',
    });
    expect(notes.lines).toEqual([
      'pre-training layer 1/2, epoch 3/10: cost 12.35, 10,400 reviews/s',
      'fine-tuning, epoch 7/30: validation RMSE 0.7000 (stopped)',
    ]);
    expect(notes.shown).toEqual([]);
  });

  test('one line per fold, in whatever order they end', () => {
    const notes = new Kept(false);
    const hear = showProgress(notes);
    for (const event of [fold(2, 1), fold(1, 2), fold(3, 3)]) hear(event);
    expect(notes.lines).toEqual([
      'fold 2: RMSE 0.7123 (1 of 3 done, about 2.0 s left)',
      'fold 1: RMSE 0.7123 (2 of 3 done, about 1.0 s left)',
      'fold 3: RMSE 0.7123 (3 of 3 done)',
    ]);
  });
});

describe('on a terminal', () => {
  test('a status line with a bar; a line that stays at the end of each layer', () => {
    const notes = new Kept(true);
    const hear = showProgress(notes);
    hear({ ...epoch, epochEnd: false });
    hear({ ...epoch, epoch: 10 });
    expect(notes.shown).toHaveLength(1);
    expect(notes.shown[0]).toMatch(
      /^pre-training layer 1\/2 {2}epoch 3\/10 {2}([━#])\1{11}([╌.])\2{11} {2}50 % {2}1 min 05 s left {2}cost 12\.35 {2}10,400 reviews\/s$/,
    );
    expect(notes.lines).toEqual(['pre-training layer 1/2, epoch 10/10: cost 12.35, 10,400 reviews/s']);
  });

  test('what the last epoch showed stays while the next one runs', () => {
    const notes = new Kept(true);
    const hear = showProgress(notes);
    const event: Progress = { phase: 'finetune', fraction: 0.5, epochEnd: true, epoch: 1, epochs: 9 };
    hear({ ...event, validationRmse: 0.7, sparsity: [0.523, 0.6], cost: 1 });
    notes.shown.length = 0;
    for (let i = 0; i < 3 && notes.shown.length === 0; i++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      hear({ ...event, epoch: 2, epochEnd: false, cost: 0.9 });
    }
    expect(notes.shown[0]).toContain('validation RMSE 0.7000  cost 0.9000  zeros 52, 60 %');
    hear({ ...event, phase: 'pretrain', layer: 1, layers: 1, epochEnd: true, cost: 5 });
    expect(notes.shown.at(-1)).not.toContain('validation');
  });

  test('a status line is never wider than the terminal', () => {
    for (let columns = 20; columns < 130; columns++) {
      const notes = new Kept(true, columns);
      showProgress(notes)({ ...epoch, epochEnd: false });
      expect(notes.shown[0].length).toBeLessThanOrEqual(Math.max(columns, 'pre-training layer 1/2'.length));
    }
  });

  test('folds run side by side, so their number is shown and not their epochs', () => {
    const notes = new Kept(true);
    const hear = showProgress(notes);
    hear(fold(2, 1));
    hear({ ...epoch, ...fold(1, 1), epochEnd: false });
    expect(notes.shown[0]).toMatch(/^cross-validation {2}1 of 3 folds done {2}\S+ {2}33 % {2}2\.0 s left$/);
  });
});

test('quiet notes hear nothing', () => {
  const notes = new Notes(true);
  expect(() => showProgress(notes)(epoch)).not.toThrow();
  expect(notes.live).toBe(false);
});

test('what a rule chose is said once as a sentence, with flags; of the linear part, which has the same, it is not', () => {
  for (const live of [true, false]) {
    const notes = new Kept(live);
    const show = showProgress(notes);
    const rule = 'pre-training: 36 epochs (pretrainEpochs to choose)';
    show({ phase: 'pretrain', fraction: 0, epochEnd: false, rule });
    show({ phase: 'wide', fraction: 0, epochEnd: false, rule: 'another' });
    expect(notes.lines).toEqual(['Pre-training: 36 epochs (--pretrain-epochs to choose).']);
    expect(notes.rules).toEqual(['Pre-training: 36 epochs (pretrainEpochs to choose).']);
  }
});

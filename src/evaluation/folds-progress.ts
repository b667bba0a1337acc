/** The progress of several folds as one: their shares added up, whether they run side by side or one after another. */
import type { OnProgress } from '../progress.ts';
import { FoldRules } from './fold-rules.ts';
import type { FoldMessage } from './fold-task.ts';

/** Share of a fold's work that its pre-training is, where each fold has its own. A guess; it only moves the bar. */
const PRETRAINING_SHARE = 0.6;

export class FoldsProgress {
  /** Of each fold that there is. */
  private readonly done: number[];
  /** Those that are run here, from 0, ascending. */
  private readonly chosen: readonly number[];
  private readonly ownPretraining: boolean[];
  private readonly listener: OnProgress | undefined;
  private readonly started = performance.now();
  private most = 0;
  private readonly rules = new FoldRules();
  /** What each fold has said that waits for those before it to end. */
  private readonly waiting: string[][];
  /** Place in `chosen` of the first fold that has not ended. */
  private turn = 0;

  /** @param chosen the folds that are run, from 0; all when they are not given */
  constructor(folds: number, listener: OnProgress | undefined, chosen?: readonly number[]) {
    this.done = new Array<number>(folds).fill(0);
    this.chosen = [...(chosen ?? this.done.keys())].sort((a, b) => a - b);
    this.waiting = this.done.map(() => []);
    this.ownPretraining = new Array<boolean>(folds).fill(false);
    this.listener = listener;
  }

  /** @param fold from 0 */
  hear(fold: number, message: FoldMessage): void {
    if (!this.listener) return;
    const folds = this.done.length;
    const ended = 'rmse' in message;
    this.done[fold] = ended ? 1 : Math.min(0.99, this.shareOf(fold, message.phase, message.fraction));
    const all = this.done.reduce((a, b) => a + b, 0) / this.chosen.length;
    this.most = Math.max(this.most, all > 1 - 1e-9 ? 1 : all);
    const elapsed = (performance.now() - this.started) / 1000;
    const common = {
      phase: 'crossvalidate' as const,
      fraction: this.most,
      fold: fold + 1,
      folds: this.chosen.length,
      secondsLeft: (elapsed * (1 - this.most)) / Math.max(this.most, 1e-9),
    };
    if (!ended && message.rule !== undefined) this.waiting[fold].push(message.rule);
    for (const rule of this.nextRules()) this.listener({ ...common, epochEnd: false, rule });
    if (ended) {
      const note = `fold ${fold + 1} of ${folds}: RMSE ${message.rmse.toFixed(4)}`;
      this.listener({ ...common, epochEnd: true, validationRmse: message.rmse, note });
    } else if (message.rule === undefined) {
      const { note: _note, ...rest } = message;
      this.listener({ ...rest, ...common, epochEnd: false });
    }
  }

  /** Of the folds whose turn it is: the first that has not ended, and those after it as far as all before them have. */
  private nextRules(): string[] {
    const told: string[] = [];
    for (; this.turn < this.chosen.length; this.turn++) {
      const fold = this.chosen[this.turn];
      told.push(...this.rules.told(this.waiting[fold].splice(0), this.turn === 0));
      if (this.done[fold] < 1) break;
    }
    return told;
  }

  private shareOf(fold: number, phase: string, fraction: number): number {
    if (phase === 'pretrain') {
      this.ownPretraining[fold] = true;
      return PRETRAINING_SHARE * fraction;
    }
    if (phase === 'refit') return 0.95 + 0.03 * fraction;
    if (phase === 'wide') return 0.99; // little, and the last that a fold does
    return this.ownPretraining[fold] ? PRETRAINING_SHARE + (1 - PRETRAINING_SHARE) * fraction : fraction;
  }
}

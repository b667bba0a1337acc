/** The progress of several folds as one: their shares added up, whether they run side by side or one after another. */
import type { OnProgress } from '../progress.ts';
import type { FoldMessage } from './fold-task.ts';

/** Share of a fold's work that its pre-training is, where each fold has its own. A guess; it only moves the bar. */
const PRETRAINING_SHARE = 0.6;

export class FoldsProgress {
  /** Of each fold that there is. */
  private readonly done: number[];
  /** How many of them are run here. */
  private readonly running: number;
  private readonly ownPretraining: boolean[];
  private readonly listener: OnProgress | undefined;
  private readonly started = performance.now();
  private most = 0;
  /** What was said by a fold already: others say the same, but for their numbers of reviews. */
  private readonly said = new Set<string>();

  /** @param running how many of the folds are run */
  constructor(folds: number, listener: OnProgress | undefined, running = folds) {
    this.running = running;
    this.done = new Array<number>(folds).fill(0);
    this.ownPretraining = new Array<boolean>(folds).fill(false);
    this.listener = listener;
  }

  /** @param fold from 0 */
  hear(fold: number, message: FoldMessage): void {
    if (!this.listener) return;
    const folds = this.done.length;
    const ended = 'rmse' in message;
    this.done[fold] = ended ? 1 : Math.min(0.99, this.shareOf(fold, message.phase, message.fraction));
    const all = this.done.reduce((a, b) => a + b, 0) / this.running;
    this.most = Math.max(this.most, all > 1 - 1e-9 ? 1 : all);
    const elapsed = (performance.now() - this.started) / 1000;
    const common = {
      phase: 'crossvalidate' as const,
      fraction: this.most,
      fold: fold + 1,
      folds: this.running,
      secondsLeft: (elapsed * (1 - this.most)) / Math.max(this.most, 1e-9),
    };
    if (ended) {
      const note = `fold ${fold + 1} of ${folds}: RMSE ${message.rmse.toFixed(4)}`;
      this.listener({ ...common, epochEnd: true, validationRmse: message.rmse, note });
    } else {
      const { note: _note, rule, ...rest } = message;
      this.listener({ ...rest, ...common, ...this.once(rule), epochEnd: false });
    }
  }

  /** A rule, of the first fold that says it. */
  private once(rule: string | undefined): { readonly rule?: string } {
    const key = rule?.replace(/\d[\d,]*/g, '');
    if (key === undefined || this.said.has(key)) return {};
    this.said.add(key);
    return { rule: `each fold, ${rule}` };
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

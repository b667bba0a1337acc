/** A search as text: what was found, beside what was given. */

import { changed, type Trial } from '../tuning/trial.ts';
import type { TuneResult } from '../tuning/tune.ts';
import { count, duration, facts, plain, type Style } from './table.ts';

/** "dropout 0.61, learningRate 0.00052"; the options as they were given when nothing is changed. */
export function changedList({ options }: Pick<Trial, 'options'>, base: TuneResult['options']): string {
  const list = Object.entries(changed(options, base)).map(([name, value]) => `${name} ${value}`);
  return list.length === 0 ? 'the options as given' : list.join(', ');
}

const rmse = ({ rmse, standardError }: Trial): string =>
  rmse === null ? 'diverged' : `${rmse.toFixed(4)} ± ${standardError!.toFixed(4)}`;

/**
 * One line for a trial that has ended.
 * @param training rated reviews of a trial on all
 * @param secondsLeft of the search; where that is known
 */
export function trialLine(
  trial: Trial,
  base: TuneResult['options'],
  best: boolean,
  training = trial.reviews,
  secondsLeft?: number,
): string {
  const few = trial.reviews < training ? `, on ${count(trial.reviews)} reviews` : '';
  const left = secondsLeft === undefined ? '' : `, ${duration(Math.max(0, secondsLeft))} left`;
  return `trial ${trial.trial}${few}: RMSE ${rmse(trial)}${best ? ', the best so far' : ''} (${duration(trial.seconds)}${left}): ${changedList(trial, base)}`;
}

/** The best of many has been lucky, too. */
function gainLine({ gain, chosen, best }: TuneResult): string {
  if (!gain) return 'not known: there is no trial with the options as given';
  const sum = `${gain.rmse.toFixed(4)} ± ${gain.standardError.toFixed(4)} less than as given, on the same reviews`;
  return chosen === best
    ? `${sum}; elsewhere it will be less, since the best of many has been lucky, too`
    : `${sum}: no more than luck makes, so the options as given are kept`;
}

/** What `tune` says at its end. @param out file with the best options */
export function tuningTable(result: TuneResult, out: string, style: Style = plain): string {
  const { best, trials, plan, options, seconds } = result;
  if (!best) return `No trial ended well, of ${trials.length}.`;
  const whole = trials.filter(({ reviews }) => reviews === plan.training);
  const fewer = trials.length - whole.length;
  const first = whole.find(({ trial }) => trial === 1);
  return facts(
    [
      [
        'trials',
        `${count(whole.length)}${fewer === 0 ? '' : ` on all reviews, ${count(fewer)} on fewer`}, ${duration(seconds)}`,
      ],
      [
        'judged by',
        `${count(plan.judging)} of the rated reviews, which no trial saw; ± is the standard error over them`,
      ],
      ...(first ? [['as given', rmse(first)] as [string, string]] : []),
      ['best', `${style.strong(rmse(best))}, trial ${best.trial}: ${changedList(best, options)}`],
      ...(best.trial === 1 ? [] : [['gain', gainLine(result)] as const]),
      ['options', `${out} (--config ${out})`],
    ],
    style,
  );
}

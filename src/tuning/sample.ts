/**
 * Which options a trial has: a pure function of the seed, the space and the trial's number, so that a search can go on after a crash,
 * and several machines can each make some of its trials. The first trial changes nothing: what a search finds is compared with it.
 */
import { type OptionName, type Options, optionNames, optionSpecs, resolveOptions } from '../options.ts';
import { RandomStream } from '../random.ts';
import { changesEncoders, type Dimension, type Space } from './space.ts';

/** Trials in a row that share their encoders: pre-training is most of the work, and fine-tuning has much to search. */
export const SHARING = 4;

/**
 * The options of a trial.
 * @param trial from 1
 */
export function trialOptions(base: Options, space: Space, trial: number): Options {
  if (trial === 1) return base;
  const stream = RandomStream.fromSeed(base.seed).split('tuning');
  const block = Math.floor((trial - 1) / SHARING);
  const drawn: Partial<Record<OptionName, unknown>> = {};
  for (const name of optionNames) {
    const dimension = space[name];
    if (!dimension) continue;
    const ofEncoders = changesEncoders(name);
    // The first block has the encoders of the first trial.
    if (ofEncoders && block === 0) continue;
    const own = ofEncoders ? stream.split('encoders', block) : stream.split('trial', trial);
    drawn[name] = draw(name, dimension, own.split(name).uniform(0));
  }
  return resolveOptions({ ...base, ...drawn });
}

/** @param u uniform in [0, 1) */
function draw(name: OptionName, dimension: Dimension, u: number): unknown {
  if (!('min' in dimension)) return dimension[Math.floor(u * dimension.length)];
  const { min, max, log } = dimension;
  const value = log ? min * (max / min) ** u : min + u * (max - min);
  const { type } = optionSpecs[name];
  // Three digits: nobody needs more, and the file is read by people. Rounding must not leave the range.
  const rounded =
    type === 'integer' || type === 'integers' ? Math.round(value) : Number(value.toPrecision(3));
  return Math.min(max, Math.max(min, rounded));
}

/** Equal for trials that share their encoders. */
export function encoderKey(options: Options): string {
  const kept = optionNames.filter((name) => changesEncoders(name));
  return JSON.stringify(kept.map((name) => options[name]));
}

/** What a training begins with: the options, and pre-trained encoders if the user has some. */
import { Encoders } from '../model/encoders.ts';
import type { Options } from '../options.ts';
import type { Flags } from './flags.ts';
import type { Notes } from './notes.ts';
import { optionsWith, type Settings } from './settings.ts';

export interface Beginning {
  readonly options: Options;
  readonly encoders: Encoders | undefined;
  /** Files for vocabulary and pre-training; none when encoders take their place. */
  readonly unlabelled: readonly string[];
}

/** @throws StarlingError BAD_OPTION, BAD_MODEL, NO_SUCH_FILE */
export async function begin(settings: Settings, flags: Flags, notes: Notes): Promise<Beginning> {
  const { given, unlabelled } = settings;
  if (flags.encoders === undefined) return { options: optionsWith(given), encoders: undefined, unlabelled };
  const encoders = await Encoders.load(flags.encoders);
  const options = optionsWith(given, encoders, flags.encoders);
  if (unlabelled.length > 0) {
    notes.say('The unlabelled reviews are not read: vocabulary and pre-training come from the encoders.');
  }
  return { options, encoders, unlabelled: [] };
}

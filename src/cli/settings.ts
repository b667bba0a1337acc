/** What the user asked for, gathered: flags over the configuration file over pre-trained encoders over the defaults. */
import type { ReadOptions } from '../corpus/table.ts';
import { StarlingError } from '../errors.ts';
import type { Encoders } from '../model/encoders.ts';
import { type OptionName, type Options, optionNames, optionSpecs, resolveOptions } from '../options.ts';
import { presets } from '../presets.ts';
import { type Config, readConfig } from './config-file.ts';
import type { Flags } from './flags.ts';
import { flagOf, optionsAmong } from './option-flags.ts';

export interface Settings {
  /** Only what was given, by flag or file. */
  readonly given: Partial<Options>;
  readonly reading: ReadOptions;
  readonly unlabelled: readonly string[];
  readonly levels: readonly number[] | undefined;
}

/** @throws StarlingError as `readConfig` */
export async function gatherSettings(flags: Flags): Promise<Settings> {
  const config: Config = flags.config === undefined ? { options: {} } : await readConfig(flags.config);
  return {
    given: {
      ...(flags.preset && presets[flags.preset]),
      ...config.options,
      ...optionsAmong(flags as Readonly<Record<string, unknown>>),
    },
    reading: {
      text: flags.text ?? config.text,
      rating: flags.rating ?? config.rating,
      id: flags.id ?? config.id,
      delimiter: flags.delimiter ?? config.delimiter,
      encoding: flags.encoding ?? config.encoding,
      format: flags.format ?? config.format,
      vocabulary: flags.vocabulary ?? config.vocabulary,
      skipBadRows: flags.skipBadRows ?? config.skipBadRows,
    },
    unlabelled: flags.unlabelled ?? config.unlabelled ?? [],
    levels: flags.levels ?? config.levels,
  };
}

/** How to read files of which only the text is looked at: columns that were named for the rated files may be missing. */
export function textOnly(reading: ReadOptions): ReadOptions {
  return { ...reading, rating: undefined, id: undefined, ignoreRatings: true };
}

/** Options that encoders were made with, and that what is built on them must share. */
const fixedByEncoders = optionNames.filter(
  (name) =>
    ['text', 'pretraining'].includes(optionSpecs[name].group) ||
    ['hidden', 'activation', 'alpha', 'negateHalf'].includes(name),
);

/**
 * All options; those that encoders fix come from them.
 * @param folder where the encoders come from, for messages
 * @throws StarlingError BAD_OPTION when what was given contradicts the encoders
 */
export function optionsWith(given: Partial<Options>, encoders?: Encoders, folder = ''): Options {
  if (!encoders) return resolveOptions(given);
  const show = (value: unknown): string => (Array.isArray(value) ? value.join(',') || 'none' : String(value));
  const differs = (name: OptionName): boolean =>
    given[name] !== undefined && show(given[name]) !== show(encoders.options[name]);
  const against = fixedByEncoders.filter(differs);
  if (against.length > 0) {
    const list = against.map((n) => `${flagOf(n)} is ${show(given[n])}, not ${show(encoders.options[n])}`);
    throw new StarlingError(
      'BAD_OPTION',
      `the encoders in ${folder} were pre-trained with other options: ${list.join('; ')}`,
      `Leave ${against.map(flagOf).join(', ')} out, or pre-train again.`,
    );
  }
  const fixed = Object.fromEntries(fixedByEncoders.map((name) => [name, encoders.options[name]]));
  return resolveOptions({ ...given, ...fixed });
}

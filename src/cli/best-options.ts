/** The file that `starling tune` leaves: options for --config. Never written over a file that is something else. */
import { stat } from 'node:fs/promises';
import { StarlingError } from '../errors.ts';
import { replaceFile } from '../files/atomic.ts';
import { type Options, resolveOptions } from '../options.ts';
import { changed } from '../tuning/trial.ts';
import { readConfig } from './config-file.ts';
import type { Settings } from './settings.ts';

/**
 * Asked before a search, not after it.
 * @throws StarlingError CANNOT_WRITE for a folder, and for a file that is none of options
 */
export async function checkBestOptions(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (!there) return;
  const refuse = (what: string): never => {
    throw new StarlingError('CANNOT_WRITE', `cannot write ${path}: ${what}`, 'Name a new file.');
  };
  if (there.isDirectory()) refuse('it is a folder');
  if (there.isFile()) await readConfig(path).catch(() => refuse('it is a file, and none of options'));
}

/** Writes the options that are not the defaults, and how the files were read. */
export async function writeBestOptions(
  path: string,
  options: Options,
  { reading, levels, unlabelled }: Settings,
): Promise<void> {
  const { threads: _threads, engine: _engine, ...own } = changed(options, resolveOptions());
  const config = {
    ...own,
    ...reading,
    ...(levels && { levels }),
    ...(unlabelled.length > 0 && { unlabelled }),
  };
  await replaceFile(path, `${JSON.stringify(config, null, 2)}\n`);
}

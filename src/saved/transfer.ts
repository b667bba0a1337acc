/** Reads what a training takes over of another model: see finetuning/transfer.ts. */
import { basename, resolve } from 'node:path';
import { StarlingError } from '../errors.ts';
import type { TransferData } from '../finetuning/transfer.ts';
import type { Options } from '../options.ts';
import { readModelFolder } from './folder.ts';
import { modelParts } from './parts.ts';
import { isThere, modelFolder } from './shipped.ts';

/**
 * The model that the options name; null for "none".
 * @throws StarlingError NO_SUCH_FILE, BAD_MODEL
 */
export async function readTransfer({ transfer }: Options): Promise<TransferData | null> {
  if (transfer === 'none') return null;
  const folder = await modelFolder(transfer);
  if (!(await isThere(folder))) {
    throw new StarlingError(
      'NO_SUCH_FILE',
      `there is no model ${transfer} from which hidden units could be taken over`,
      'Name a folder, "general", or "none" as what to transfer from.',
    );
  }
  const { options, vectorizer, layers } = modelParts(await readModelFolder(folder, 'model'), folder);
  return { name: basename(resolve(folder)), options, terms: vectorizer.vocabulary.terms, layers };
}

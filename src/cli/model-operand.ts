/**
 * Which model is meant: a folder, the name of a model that comes with starling, or none, where a text stands in its place:
 * then the general one. And whether the operands behind it are texts or files.
 */
import { StarlingError } from '../errors.ts';
import { GENERAL, isThere, modelFolder, shippedFolder } from '../saved/shipped.ts';

/** How the names of review files end. */
export const FILE_NAME = /\.(csv|tsv|tab|jsonl|ndjson|json|txt|svmlight|parquet|gz|gzip|zst)$/i;

/** Several words that name nothing on the disk, and do not end like the name of a file: that would be a mistyped name. */
async function isText(operand: string): Promise<boolean> {
  return /\S\s+\S/.test(operand) && !FILE_NAME.test(operand) && !(await isThere(operand));
}

/** The folder of the model, and the operands behind it. */
export async function modelOperand(
  given: string,
  rest: readonly string[] = [],
): Promise<{ folder: string; rest: readonly string[] }> {
  if (await isText(given)) return { folder: shippedFolder(GENERAL), rest: [given, ...rest] };
  return { folder: await modelFolder(given), rest };
}

/**
 * The operands as lines of text, or null when they are files.
 * @throws StarlingError BAD_OPTION for a mixture
 */
export async function textOperands(operands: readonly string[]): Promise<Uint8Array | null> {
  const texts = await Promise.all(operands.map(isText));
  if (!texts.includes(true)) return null;
  const file = operands[texts.indexOf(false)];
  if (file !== undefined) {
    throw new StarlingError(
      'BAD_OPTION',
      `${file} stands beside a text: it is either a file or a single word`,
      'Give files or texts of several words, or the texts one per line on standard input.',
    );
  }
  const lines = operands.map((text) => text.replaceAll(/\s+/g, ' '));
  return new TextEncoder().encode(lines.join('\n'));
}

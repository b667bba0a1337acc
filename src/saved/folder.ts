/**
 * A model on the disk: a folder with `config.json` (options, what was trained), `vocabulary.json`, `model.safetensors`
 * and a card for people, `README.md`. Encoders are kept the same way. The folder describes itself and has a version.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StarlingError, shownValue } from '../errors.ts';
import { replaceFolder, writeSynced } from '../files/atomic.ts';
import { type NamedTensor, readTensors, writeTensors } from '../files/safetensors.ts';

export type FolderKind = 'model' | 'encoder';

/** Raised when a reader of today could not read the folder any more. */
const FORMAT_VERSION = 1;

const files = {
  config: 'config.json',
  vocabulary: 'vocabulary.json',
  tensors: 'model.safetensors',
  card: 'README.md',
};

export interface FolderContent {
  readonly kind: FolderKind;
  readonly config: Readonly<Record<string, unknown>>;
  /** What goes into vocabulary.json. */
  readonly vocabulary: unknown;
  readonly tensors: readonly NamedTensor[];
  /** Markdown. */
  readonly card: string;
}

export interface LoadedFolder {
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabulary: unknown;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/**
 * Writes a folder, atomically; one that is there already is replaced if it is a starling folder.
 * @throws StarlingError CANNOT_WRITE
 */
export async function writeModelFolder(dir: string, content: FolderContent): Promise<void> {
  await checkDestination(dir);
  await replaceFolder(dir, async (folder) => {
    await writeTensors(join(folder, files.tensors), content.tensors);
    await writeSynced(join(folder, files.vocabulary), `${JSON.stringify(content.vocabulary)}\n`);
    const sha256 = {
      [files.tensors]: await digest(join(folder, files.tensors)),
      [files.vocabulary]: await digest(join(folder, files.vocabulary)),
    };
    const config = {
      format: `starling-${content.kind}`,
      formatVersion: FORMAT_VERSION,
      ...content.config,
      sha256,
    };
    await writeSynced(join(folder, files.config), `${JSON.stringify(config, null, 2)}\n`);
    await writeSynced(join(folder, files.card), content.card);
  });
}

/**
 * Refuses a place where a folder could not be written, or must not: one that holds something else. Asked before a
 * training, not after it.
 * @throws StarlingError CANNOT_WRITE
 */
export async function checkDestination(dir: string): Promise<void> {
  const refuse = (what: string): never => {
    throw new StarlingError('CANNOT_WRITE', `cannot write ${dir}: ${what}`, 'Name a new folder.');
  };
  const there = await stat(dir).catch(() => null);
  if (there && !there.isDirectory()) refuse('it is a file');
  if (there && (await readdir(dir)).length > 0 && !(await isStarlingFolder(dir))) {
    refuse('it holds something that starling did not write');
  }
  let parent = dirname(resolve(dir));
  while (!(await stat(parent).catch(() => null)) && dirname(parent) !== parent) parent = dirname(parent);
  if (!(await stat(parent)).isDirectory()) refuse(`${parent} is no folder`);
  await access(parent, constants.W_OK).catch(() => refuse(`no permission to write into ${parent}`));
}

async function isStarlingFolder(dir: string): Promise<boolean> {
  const config = await readFile(join(dir, files.config), 'utf8').catch(() => '');
  return /"format":\s*"starling-/.test(config);
}

/**
 * Reads a folder; that it is whole and of the kind is checked here, what it says is checked by whoever takes it.
 * @throws StarlingError NO_SUCH_FILE, BAD_MODEL
 */
export async function readModelFolder(dir: string, kind: FolderKind): Promise<LoadedFolder> {
  const there = await stat(dir).catch(() => null);
  if (!there) throw new StarlingError('NO_SUCH_FILE', `there is no folder ${dir}`, hintFor(kind));
  if (!there.isDirectory()) {
    throw new StarlingError(
      'BAD_MODEL',
      `${dir} is a file, expected the folder of ${nameOf(kind)}`,
      hintFor(kind),
    );
  }
  for (const name of [files.config, files.vocabulary, files.tensors]) {
    // A pipe would never end, nor would some devices.
    if ((await stat(join(dir, name)).catch(() => null))?.isFile() !== false) continue;
    throw new StarlingError('BAD_MODEL', `${join(dir, name)} is no file`, hintFor(kind));
  }
  const config = await readJson(dir, files.config, kind);
  checkFormat(dir, config, kind);
  const sums = (config.sha256 ?? {}) as Record<string, unknown>;
  const vocabulary = await readJson(dir, files.vocabulary, kind);
  await checkDigest(dir, files.vocabulary, sums, kind);
  // The digest is computed while the disk is read for the numbers; where both fail, its message is the better one.
  const reading = readTensors(join(dir, files.tensors));
  reading.catch(() => {});
  await checkDigest(dir, files.tensors, sums, kind);
  return { config, vocabulary, tensors: await reading };
}

function checkFormat(dir: string, config: Record<string, unknown>, kind: FolderKind): void {
  const path = join(dir, files.config);
  const { format, formatVersion } = config;
  const other: FolderKind = kind === 'model' ? 'encoder' : 'model';
  if (format === `starling-${other}`) {
    throw new StarlingError(
      'BAD_MODEL',
      `${dir} holds ${nameOf(other)}, expected ${nameOf(kind)}`,
      hintFor(kind),
    );
  }
  if (format !== `starling-${kind}`) {
    throw new StarlingError('BAD_MODEL', `${path} does not describe ${nameOf(kind)}`, hintFor(kind));
  }
  if (formatVersion !== FORMAT_VERSION) {
    throw new StarlingError(
      'BAD_MODEL',
      `${path} has the format version ${shownValue(formatVersion)}, this starling reads ${FORMAT_VERSION}`,
      'Use the version of starling that wrote it, or train again.',
    );
  }
}

function nameOf(kind: FolderKind): string {
  return kind === 'model' ? 'a trained model' : 'pre-trained encoders';
}

function hintFor(kind: FolderKind): string {
  return kind === 'model'
    ? 'Make one with: starling train FILE --out DIR'
    : 'Make them with: starling pretrain FILE --out DIR';
}

async function readJson(dir: string, name: string, kind: FolderKind): Promise<Record<string, unknown>> {
  const path = join(dir, name);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StarlingError(
      'BAD_MODEL',
      error.code === 'ENOENT' ? `${dir} has no ${name}` : `cannot read ${path}: ${error.code}`,
      hintFor(kind),
    );
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // said below
  }
  throw new StarlingError('BAD_MODEL', `${path} is damaged: it holds no JSON object`, hintFor(kind));
}

async function checkDigest(
  dir: string,
  name: string,
  sums: Record<string, unknown>,
  kind: FolderKind,
): Promise<void> {
  const path = join(dir, name);
  const found = await digest(path).catch((error: NodeJS.ErrnoException) => {
    throw new StarlingError(
      'BAD_MODEL',
      error.code === 'ENOENT' ? `${dir} has no ${name}` : `cannot read ${path}: ${error.code}`,
      hintFor(kind),
    );
  });
  if (sums[name] !== found) {
    throw new StarlingError(
      'BAD_MODEL',
      `${path} is not the file that was written with ${files.config}: it is damaged or from another model`,
      'Copy the whole folder again, or train again.',
    );
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

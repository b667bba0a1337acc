/**
 * Checkpoints on the disk. A folder holds `run.json`, which says whose it is, and one folder for each part of the run; in
 * it the last two states that were saved, each a folder of its own with a rising number: `state.json` and
 * `arrays.safetensors`, written beside its place, flushed and renamed. A crash at any moment leaves whole states only.
 *
 *     model.checkpoint/run.json
 *     model.checkpoint/finetuning/17/state.json
 *     model.checkpoint/finetuning/17/arrays.safetensors
 */
import { access, constants, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StarlingError, shownValue } from '../errors.ts';
import { asWriteError, replaceFile, replaceFolder, writeSynced } from '../files/atomic.ts';
import { type NamedTensor, readTensors, tensorFileStart, writeTensors } from '../files/safetensors.ts';
import { type Checkpoint, Saved, type SavedState } from './checkpoint.ts';
import { differences, digest, type RunIdentity } from './identity.ts';

export interface CheckpointSettings {
  /** The folder, which is made when there is something to save. It stays until `removeCheckpoint`. */
  readonly dir: string;
  /** Seconds between two states that are saved, from 0 (after every minibatch). Default 60. */
  readonly everySeconds?: number;
  /** Go on where the run was that left the folder; where there is none, begin. */
  readonly resume?: boolean;
  /** When it is aborted, the run saves its state and ends with the error INTERRUPTED. */
  readonly signal?: AbortSignal;
  /** Is told, in a sentence for people, what went wrong without being worth an end: the run goes on. */
  readonly onNote?: (sentence: string) => void;
}

const FORMAT = 'starling-checkpoint';
const FORMAT_VERSION = 1;
const EVERY_SECONDS = 60;
/** States of a part that are kept. */
const KEPT = 2;
/** Saving may take this share of the time at most: large networks are saved less often than was asked for. */
const MOST_OF_TIME = 0.05;
/** Bytes of a state.json: what is longer was not written by us. */
const LONGEST_STATE = 2 ** 28;

const files = { run: 'run.json', state: 'state.json', arrays: 'arrays.safetensors' };

/** A checkpoint for a worker thread, as plain data. */
export interface CheckpointData {
  readonly dir: string;
  readonly everySeconds: number;
  readonly identity: RunIdentity;
  /** One number over shared memory, not 0 once the run is to stop. */
  readonly stop: Int32Array;
}

/**
 * @throws StarlingError BAD_CHECKPOINT when the folder is there without `resume`, or belongs to another run;
 *   CANNOT_WRITE when it could not be made, or holds something else; BAD_OPTION
 */
export async function openCheckpoint(
  settings: CheckpointSettings,
  identity: RunIdentity,
): Promise<Checkpoint & { readonly data: CheckpointData }> {
  const { dir, everySeconds = EVERY_SECONDS, resume = false, signal, onNote } = settings;
  if (!(everySeconds >= 0)) {
    throw new StarlingError('BAD_OPTION', `everySeconds is ${everySeconds}, expected a number from 0`);
  }
  const found = await look(dir);
  if (found.parts > 0) {
    if (!resume) {
      throw new StarlingError(
        'BAD_CHECKPOINT',
        `${dir} holds the checkpoint of a run that did not end`,
        'Go on with it (--resume), or delete the folder to begin anew.',
      );
    }
    checkRun(dir, found.run, identity);
  } else if (resume) {
    onNote?.(`There is no checkpoint in ${dir}: the run begins at the start.`);
  }
  const stop = new Int32Array(new SharedArrayBuffer(4));
  if (signal?.aborted) stop[0] = 1;
  signal?.addEventListener('abort', () => Atomics.store(stop, 0, 1), { once: true });
  return new Part(new Folder({ dir, everySeconds, identity, stop }, onNote), '');
}

/** For the threads of a run whose checkpoint has been opened. */
export function attachCheckpoint(data: CheckpointData, onNote?: CheckpointSettings['onNote']): Checkpoint {
  return new Part(new Folder(data, onNote), '');
}

/**
 * Removes a checkpoint that is not needed any more; nothing else, and nothing when there is none.
 * @throws StarlingError CANNOT_WRITE
 */
export async function removeCheckpoint(dir: string): Promise<void> {
  const run = await readFile(join(dir, files.run), 'utf8').catch(() => '');
  if (!run.includes(`"${FORMAT}"`)) return;
  await rm(dir, { recursive: true, force: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new StarlingError('CANNOT_WRITE', `cannot remove ${dir}: ${cause.code}`, 'Delete it by hand.', {
      cause,
    });
  });
}

/** What is there before a run begins. */
async function look(dir: string): Promise<{ readonly run: unknown; readonly parts: number }> {
  const refuse = (what: string): never => {
    throw new StarlingError(
      'CANNOT_WRITE',
      `cannot write checkpoints to ${dir}: ${what}`,
      'Name another folder.',
    );
  };
  const there = await stat(dir).catch(() => null);
  if (!there) {
    let parent = dirname(resolve(dir));
    while (!(await stat(parent).catch(() => null)) && dirname(parent) !== parent) parent = dirname(parent);
    if (!(await stat(parent)).isDirectory()) refuse(`${parent} is no folder`);
    await access(parent, constants.W_OK).catch(() => refuse(`no permission to write into ${parent}`));
    return { run: null, parts: 0 };
  }
  if (!there.isDirectory()) refuse('it is a file');
  await access(dir, constants.W_OK).catch(() => refuse('no permission'));
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const text = await readFile(join(dir, files.run), 'utf8').catch(() => null);
  if (text === null && entries.length > 0) refuse('it holds something that starling did not write');
  const parts = entries.filter((entry) => entry.isDirectory()).length;
  return { run: text === null ? null : parse(text), parts };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkRun(dir: string, run: unknown, identity: RunIdentity): void {
  const refuse = (what: string, hint: string): never => {
    throw new StarlingError('BAD_CHECKPOINT', `${join(dir, files.run)} ${what}`, hint);
  };
  const { format, formatVersion, identity: before } = (run ?? {}) as Record<string, unknown>;
  if (format !== FORMAT) refuse('does not describe a checkpoint', 'Delete the folder to begin anew.');
  if (formatVersion !== FORMAT_VERSION) {
    refuse(
      `has the format version ${shownValue(formatVersion)}, this starling reads ${FORMAT_VERSION}`,
      'Go on with the version of starling that wrote it, or delete the folder to begin anew.',
    );
  }
  const other = differences(before, identity);
  if (other.length > 0) {
    refuse(
      `belongs to another run: ${listed(other)}`,
      'Give what that run was given, or delete the folder to begin anew.',
    );
  }
}

/** The first of many, for a message. */
function listed(sentences: readonly string[]): string {
  const more = sentences.length > 5 ? `; and ${sentences.length - 5} more` : '';
  return sentences.slice(0, 5).join('; ') + more;
}

/** What the places of one folder share, within one thread. */
class Folder {
  readonly data: CheckpointData;
  readonly note: (sentence: string) => void;
  private savedAt = performance.now();
  private savingTook = 0;

  constructor(data: CheckpointData, note: (sentence: string) => void = () => {}) {
    this.data = data;
    this.note = note;
  }

  get stopping(): boolean {
    return Atomics.load(this.data.stop, 0) !== 0;
  }

  get due(): boolean {
    if (this.stopping) return true;
    const wait = Math.max(1000 * this.data.everySeconds, this.savingTook / MOST_OF_TIME);
    return performance.now() - this.savedAt >= (this.data.everySeconds === 0 ? 0 : wait);
  }

  /**
   * Does the saving. It may fail without the run being lost: that is said, and the run goes on.
   * @throws StarlingError INTERRUPTED when the run is to stop
   */
  async save(write: () => Promise<void>): Promise<void> {
    const began = performance.now();
    const { dir } = this.data;
    const failure = await this.begin()
      .then(write)
      .then(
        () => null,
        (error: unknown) => {
          const said = asWriteError(error, dir);
          if (said instanceof StarlingError) return said;
          throw error;
        },
      );
    this.savedAt = performance.now();
    this.savingTook = this.savedAt - began;
    if (this.stopping) {
      throw new StarlingError(
        'INTERRUPTED',
        failure ? `interrupted; ${failure.message}` : `interrupted; the run so far is in ${dir}`,
        'To go on with it, run the same command again with --resume.',
        failure ? { cause: failure } : undefined,
      );
    }
    if (failure) this.note(`No checkpoint could be saved, the run goes on: ${failure.message}`);
  }

  private async begin(): Promise<void> {
    const { dir, identity } = this.data;
    const path = join(dir, files.run);
    if (await stat(path).catch(() => null)) return;
    await mkdir(dir, { recursive: true });
    const run = { format: FORMAT, formatVersion: FORMAT_VERSION, identity };
    await replaceFile(path, `${JSON.stringify(run, null, 2)}\n`);
  }
}

/** A place in the folder: names are joined by points. */
class Part implements Checkpoint {
  private readonly folder: Folder;
  private readonly name: string;
  /** Number of the last state that was saved or found; null before anybody has looked. */
  private last: number | null = null;

  constructor(folder: Folder, name: string) {
    this.folder = folder;
    this.name = name;
  }

  part(name: string): Checkpoint {
    return new Part(this.folder, this.name === '' ? name : `${this.name}.${name}`);
  }

  stopIfAsked(): Promise<void> | undefined {
    return this.folder.stopping ? this.folder.save(async () => {}) : undefined;
  }

  /** For other threads: see `attachCheckpoint`. */
  get data(): CheckpointData {
    return this.folder.data;
  }

  offer(state: () => SavedState): Promise<void> | undefined {
    return this.folder.due ? this.save(state()) : undefined;
  }

  async finish(state: () => SavedState): Promise<void> {
    if (this.last !== null && this.last > 0) await this.save(state());
  }

  save(state: SavedState): Promise<void> {
    return this.folder.save(async () => {
      const numbers = await this.numbers();
      const number = (numbers.at(-1) ?? 0) + 1;
      await replaceFolder(join(this.path, String(number)), (folder) => writeState(folder, state));
      this.last = number;
      for (const old of numbers.slice(0, Math.max(0, numbers.length - KEPT + 1))) {
        await rm(join(this.path, String(old)), { recursive: true, force: true });
      }
    });
  }

  async restore(): Promise<Saved | null> {
    const numbers = await this.numbers();
    this.last = numbers.at(-1) ?? 0;
    let failure: StarlingError | null = null;
    for (const number of numbers.reverse()) {
      const where = join(this.path, String(number));
      try {
        return new Saved(await readState(where), where);
      } catch (error) {
        if (!(error instanceof StarlingError)) throw error;
        failure ??= error;
        this.folder.note(`${error.message}: the checkpoint before it is taken, if there is one.`);
      }
    }
    if (failure) throw failure;
    return null;
  }

  async drop(): Promise<void> {
    const { dir } = this.folder.data;
    const names = await readdir(dir).catch(() => []);
    for (const name of names) {
      if (name !== this.name && !name.startsWith(`${this.name}.`)) continue;
      await rm(join(dir, name), { recursive: true, force: true }).catch(() => {});
    }
    this.last = 0;
  }

  private get path(): string {
    return join(this.folder.data.dir, this.name);
  }

  /** Of the states that are there, ascending. What a crash has left half-written is taken away. */
  private async numbers(): Promise<number[]> {
    const names = await readdir(this.path).catch(() => []);
    for (const name of names) {
      if (/^\.\d+\.(?:new|old)-/.test(name)) {
        await rm(join(this.path, name), { recursive: true, force: true }).catch(() => {});
      }
    }
    return names
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }
}

async function writeState(folder: string, { data, arrays }: SavedState): Promise<void> {
  const tensors: NamedTensor[] = Object.entries(arrays).map(([name, array]) => ({
    name,
    shape: [array.length],
    data: array,
  }));
  await writeTensors(join(folder, files.arrays), tensors);
  const text = JSON.stringify(data);
  const sha256 = { data: digest([Buffer.from(text)]), arrays: digestOf(tensors) };
  await writeSynced(join(folder, files.state), `{"sha256":${JSON.stringify(sha256)},"data":${text}}\n`);
}

/** That of the file which `writeTensors` writes. */
function digestOf(tensors: readonly NamedTensor[]): string {
  return digest([tensorFileStart(tensors), ...tensors.map(({ data }) => data)]);
}

/** Null for what cannot be written as JSON, nested too deep. */
function digestOfData(data: object): string | null {
  try {
    return digest([Buffer.from(JSON.stringify(data))]);
  } catch {
    return null;
  }
}

async function readState(folder: string): Promise<SavedState> {
  const refuse = (what: string): never => {
    throw new StarlingError('BAD_CHECKPOINT', what, 'Delete the folder of the checkpoint to begin anew.');
  };
  const path = join(folder, files.state);
  const size = await stat(path).catch(() => null);
  if (!size?.isFile()) return refuse(`${folder} has no ${files.state}`);
  if (size.size > LONGEST_STATE) return refuse(`${path} has ${size.size} bytes, more than any state`);
  const content = parse(await readFile(path, 'utf8').catch(() => '')) as Record<string, unknown> | undefined;
  const data = content?.data;
  const sums = content?.sha256 as Record<string, unknown> | undefined;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return refuse(`${path} is damaged: it describes no state`);
  }
  if (sums?.data !== digestOfData(data)) return refuse(`${path} is damaged`);
  const arraysPath = join(folder, files.arrays);
  const tensors = await readTensors(arraysPath).catch((error: unknown) =>
    refuse(error instanceof StarlingError ? error.message : `${arraysPath} cannot be read`),
  );
  if (sums.arrays !== digestOf([...tensors.values()])) return refuse(`${arraysPath} is damaged`);
  const arrays: Record<string, Float32Array> = Object.create(null);
  for (const [name, tensor] of tensors) arrays[name] = tensor.data;
  return { data: data as SavedState['data'], arrays };
}

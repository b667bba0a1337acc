/**
 * Pieces of a run that several machines share: one file each, which says whose it is, which piece it is and of how many,
 * and is written beside its place, flushed and renamed, so that there are whole pieces only. Reading them together is
 * where it is seen that none is missing, none is there twice, and all belong to the same run. Not what is in a
 * piece (a fold, a trial, rated rows): who writes that reads it, too. Not a checkpoint either: a piece is an end.
 *
 *     pieces/fold-3.json
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StarlingError, shownValue } from '../errors.ts';
import { asWriteError, replaceFile } from '../files/atomic.ts';
import { Saved, type SavedState } from './checkpoint.ts';
import { digest } from './identity.ts';

const FORMAT = 'starling-piece';
const FORMAT_VERSION = 1;
/** Bytes of a piece: what is longer was not written by us. */
const LONGEST = 2 ** 28;
/** Names in a message about pieces that are missing. */
const NAMED = 12;

/** What all pieces of a run have in common, as JSON. */
export type PieceIdentity = Readonly<Record<string, unknown>>;

export interface PieceSettings<Identity extends PieceIdentity> {
  readonly dir: string;
  /** Begins the names of the files: "fold", "trial", "shard". */
  readonly kind: string;
  /** How many pieces the run has. */
  readonly of: number;
  readonly identity: Identity;
  /** What is different about another run, in words; empty for the same. */
  readonly differences: (before: unknown, now: Identity) => string[];
}

interface PieceFile {
  readonly name: string;
  readonly number: number;
  readonly of: number;
  readonly identity: unknown;
  readonly saved: Saved;
}

export class PieceFolder<Identity extends PieceIdentity> {
  private readonly settings: PieceSettings<Identity>;

  constructor(settings: PieceSettings<Identity>) {
    this.settings = settings;
  }

  /** @param number from 1 */
  path(number: number): string {
    return join(this.settings.dir, this.name(number));
  }

  /**
   * The piece of that number; null when it is not there, or damaged: then it is to be made (again).
   * @throws StarlingError BAD_CHECKPOINT when another run left it, or has left another one: better now than when they are merged
   */
  async read(number: number): Promise<Saved | null> {
    const { dir, identity } = this.settings;
    const whole = (name: string): Promise<PieceFile | null> => readPiece(dir, name).catch(() => null);
    const file = await whole(this.name(number));
    if (file?.number === number) {
      this.check(file, identity);
      return file.saved;
    }
    const [other] = await pieceNames(dir).catch(() => []);
    const neighbour = other === undefined ? null : await whole(other);
    if (neighbour) this.check(neighbour, identity);
    return null;
  }

  /** Puts a piece in its place. @throws StarlingError CANNOT_WRITE */
  async write(number: number, { data, arrays }: SavedState): Promise<void> {
    const { dir, kind, of, identity } = this.settings;
    const packed = Object.fromEntries(
      Object.entries(arrays).map(([name, { buffer, byteOffset, byteLength }]) => [
        name,
        Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
      ]),
    );
    const content = JSON.stringify({ kind, number, of, identity, data, arrays: packed });
    const sha256 = digest([Buffer.from(content)]);
    const text = `{"format":"${FORMAT}","formatVersion":${FORMAT_VERSION},"sha256":"${sha256}","content":${content}}\n`;
    const path = join(dir, this.name(number));
    await mkdir(dir, { recursive: true }).catch((error: unknown) => {
      throw asWriteError(error, dir);
    });
    await replaceFile(path, text).catch(async (error: unknown) => {
      // Two jobs may make the same piece; the one that is slower may find its file swept away.
      if ((await this.read(number)) === null) throw error;
    });
    await sweep(dir, this.name(number));
  }

  /**
   * All pieces, in order. Every .json of the folder must be one of them; other files may lie there, too.
   * @param ignore parts of the identity that must only be the same in all pieces
   * @throws StarlingError NO_SUCH_FILE; NOT_ENOUGH_DATA when some are missing; BAD_CHECKPOINT when one is damaged, there twice, or
   *   of another run
   */
  async readAll(...ignore: readonly (keyof Identity & string)[]): Promise<Saved[]> {
    const { dir, kind, of, identity } = this.settings;
    const found = new Map<number, PieceFile>();
    let expected = identity;
    for (const name of await pieceNames(dir)) {
      const file = await readPiece(dir, name);
      if (found.size === 0) {
        const first = (file.identity ?? {}) as Readonly<Record<string, unknown>>;
        expected = { ...identity, ...Object.fromEntries(ignore.map((key) => [key, first[key]])) };
      }
      this.check(file, expected);
      const twin = found.get(file.number);
      if (twin) {
        refuse(
          `${kind} ${file.number} is there twice: ${join(dir, twin.name)} and ${join(dir, name)}`,
          'Take one of them away.',
        );
      }
      found.set(file.number, file);
    }
    const missing = Array.from({ length: of }, (_, i) => i + 1).filter((number) => !found.has(number));
    if (missing.length > 0) {
      const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
      throw new StarlingError(
        'NOT_ENOUGH_DATA',
        `${dir}: ${missing.length} of ${of} pieces are missing: ${kind} ${missing.slice(0, NAMED).join(', ')}${more}`,
        'Let the jobs that make them run (again): pieces that are there are not made twice.',
      );
    }
    return Array.from({ length: of }, (_, i) => found.get(i + 1)!.saved);
  }

  private name(number: number): string {
    return `${this.settings.kind}-${number}.json`;
  }

  private check({ name, number, of, identity }: PieceFile, expected: Identity): void {
    const { dir, kind } = this.settings;
    const others = this.settings.differences(identity, expected);
    if (of !== this.settings.of) others.unshift(`it is one of ${of} pieces, not of ${this.settings.of}`);
    if (others.length > 0) {
      const more = others.length > 5 ? `; and ${others.length - 5} more` : '';
      refuse(
        `${join(dir, name)} belongs to another run: ${others.slice(0, 5).join('; ')}${more}`,
        'Give what that run was given, or use another folder.',
      );
    }
    if (number > of) refuse(`${join(dir, name)} is ${kind} ${number} of ${of}`);
  }
}

/** What could be pieces. @throws StarlingError NO_SUCH_FILE */
async function pieceNames(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    throw new StarlingError('NO_SUCH_FILE', `there is no folder ${dir}`, '', { cause });
  });
  return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
}

/**
 * Whose the pieces of a folder are, said by the first of them.
 * @throws StarlingError NO_SUCH_FILE when there is none; BAD_CHECKPOINT when it is damaged
 */
export async function firstPiece(
  dir: string,
): Promise<{ readonly of: number; readonly identity: PieceIdentity }> {
  const [name] = await pieceNames(dir);
  if (name === undefined) throw new StarlingError('NO_SUCH_FILE', `there are no pieces in ${dir}`);
  const { of, identity } = await readPiece(dir, name);
  return { of, identity: asObject(identity) };
}

/** @throws StarlingError BAD_CHECKPOINT when it is no whole piece */
async function readPiece(dir: string, name: string): Promise<PieceFile> {
  const path = join(dir, name);
  const size = await stat(path).catch(() => null);
  if (!size?.isFile() || size.size > LONGEST) return refuse(`${path} is no piece`);
  let all: unknown;
  try {
    all = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return refuse(`${path} is damaged: it is not JSON`, MAKE_AGAIN);
  }
  const { format, formatVersion, sha256, content } = asObject(all);
  if (format !== FORMAT)
    return refuse(`${path} is no piece`, 'Take it away, or name the folder of the pieces.');
  if (formatVersion !== FORMAT_VERSION) {
    return refuse(
      `${path} has the format version ${shownValue(formatVersion)}, this starling reads ${FORMAT_VERSION}`,
    );
  }
  const { kind: _kind, number, of, identity, data, arrays } = asObject(content);
  if (sha256 !== digestOf(content) || typeof number !== 'number' || typeof of !== 'number') {
    return refuse(`${path} is damaged`, MAKE_AGAIN);
  }
  const unpacked = Object.entries(asObject(arrays)).map(([key, packed]) => {
    const bytes = Buffer.from(String(packed), 'base64');
    return [key, new Float32Array(new Uint8Array(bytes).buffer)] as const;
  });
  const saved = new Saved({ data: asObject(data), arrays: Object.fromEntries(unpacked) }, path);
  return { name, number, of, identity, saved };
}

const MAKE_AGAIN = 'Delete it, and let its job run again.';

function refuse(what: string, hint = ''): never {
  throw new StarlingError('BAD_CHECKPOINT', what, hint);
}

/** Null for what cannot be written as JSON, nested too deep. */
function digestOf(content: unknown): string | null {
  try {
    return digest([Buffer.from(JSON.stringify(content) ?? '')]);
  } catch {
    return null;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Takes away what runs that were killed have left half-written of a file. */
export async function sweep(dir: string, name: string): Promise<void> {
  for (const left of await readdir(dir).catch(() => [])) {
    if (left.startsWith(`.${name}.new-`)) await rm(join(dir, left), { force: true }).catch(() => {});
  }
}

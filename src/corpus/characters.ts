/**
 * The bytes of a file → its characters: unpacked if they are gzip, decoded, refused if they are no text. Streams all the
 * way: a consumer that pauses pauses whoever gives the bytes. Runs in a browser too: where the bytes come from, and what
 * unpacks them, is the caller's.
 */
import { StarlingError } from '../errors.ts';
import { canonicalEncoding, decode, encodingOfMark, joined } from './decode.ts';

export interface CharacterSettings {
  /** How to name the source in a message. */
  readonly name: string;
  /** Encoding label; when absent, UTF-8 unless a byte order mark says otherwise. */
  readonly encoding?: string;
  /** Mark lines that cannot be decoded rather than throw; see decode.ts. */
  readonly lenient?: boolean;
  /** Throws a StarlingError for damaged data. */
  readonly gunzip: Unpack;
  /** The same for zstd; absent where it cannot be unpacked. */
  readonly unzstd?: Unpack;
}

export type Unpack = (packed: AsyncIterable<Uint8Array>, name: string) => AsyncGenerator<Uint8Array>;

/**
 * The characters in chunks of any size, without byte order mark.
 * @throws StarlingError BAD_INPUT when the bytes are binary, damaged gzip, or not valid in their encoding; BAD_OPTION for
 *   an unknown encoding; whatever the bytes throw
 */
export async function* charactersOf(
  bytes: AsyncGenerator<Uint8Array>,
  settings: CharacterSettings,
): AsyncGenerator<string> {
  const { name, lenient = false } = settings;
  const given = settings.encoding === undefined ? null : canonicalEncoding(settings.encoding);
  const packed = await Peeked.of(bytes);
  let plain: Peeked | undefined;
  try {
    const unpack = unpackerFor(packed.start, settings);
    plain = unpack ? await Peeked.of(unpack(packed.bytes(), name)) : packed;
    const encoding = given ?? encodingOfMark(plain.start) ?? 'utf-8';
    if (!encoding.startsWith('utf-16')) refuseBinary(plain.start, name);
    yield* decode(plain.bytes(), { encoding, name, lenient });
  } finally {
    await plain?.close();
    await packed.close();
  }
}

/** What unpacks a file that begins so; null for one that is not packed. */
function unpackerFor(start: Uint8Array, { name, gunzip, unzstd }: CharacterSettings): Unpack | null {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => start[i] === byte);
  if (begins(0x1f, 0x8b)) return gunzip;
  if (!begins(0x28, 0xb5, 0x2f, 0xfd)) return null;
  if (unzstd) return unzstd;
  throw new StarlingError(
    'BAD_INPUT',
    `${name} is packed with zstd, which cannot be unpacked here`,
    'It can with Node 22.15 or newer; or unpack it first: zstd -d.',
  );
}

/** Text holds no NUL; in UTF-16 it would, so that is asked about. */
function refuseBinary(start: Uint8Array, name: string): void {
  const zip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03 && start[3] === 0x04;
  if (String.fromCharCode(...start.subarray(0, 4)) === 'PAR1') {
    throw new StarlingError(
      'BAD_INPUT',
      `${name} is a Parquet file, expected text`,
      'Read from standard input, it needs: --format parquet.',
    );
  }
  if (!zip && start.indexOf(0) === -1) return;
  throw new StarlingError(
    'BAD_INPUT',
    zip ? `${name} is a zip archive, expected text` : `${name} is a binary file (it holds NUL bytes)`,
    zip
      ? 'Unpack it first; from a spreadsheet (.xlsx), export CSV.'
      : 'Expected CSV, TSV, JSON lines or plain text, or gzip of these. If it is UTF-16: --encoding utf-16le.',
  );
}

/** A byte stream whose first bytes have been looked at. */
class Peeked {
  /** The first chunk: at least four bytes, if there are as many. */
  readonly start: Uint8Array;
  private readonly rest: AsyncGenerator<Uint8Array>;

  private constructor(start: Uint8Array, rest: AsyncGenerator<Uint8Array>) {
    this.start = start;
    this.rest = rest;
  }

  static async of(bytes: AsyncGenerator<Uint8Array>): Promise<Peeked> {
    let start: Uint8Array = new Uint8Array(0);
    while (start.length < 4) {
      const next = await bytes.next();
      if (next.done) break;
      start = start.length > 0 ? joined(start, next.value) : next.value;
    }
    return new Peeked(start, bytes);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    if (this.start.length > 0) yield this.start;
    yield* this.rest;
  }

  async close(): Promise<void> {
    await this.rest.return(undefined);
  }
}

/**
 * Where the characters come from: a path or standard input, unpacked if it is gzip, decoded. Streams all the way: a
 * consumer that pauses pauses the disk, and one that stops early closes the file. What the characters mean is decided
 * elsewhere.
 */
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { StarlingError } from '../errors.ts';
import { canonicalEncoding, decode, encodingOfMark } from './decode.ts';

/** Bytes per read: large enough that the cost per chunk is nothing, small enough for bounded memory. */
const CHUNK_BYTES = 256 * 1024;

export interface SourceOptions {
  /** Encoding label; when absent, UTF-8 unless a byte order mark says otherwise. */
  readonly encoding?: string;
  /** Mark lines that cannot be decoded rather than throw; see decode.ts. */
  readonly lenient?: boolean;
  /** What "-" reads; `process.stdin` when absent. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** How a source is named in messages. */
export function sourceName(source: string): string {
  return source === '-' ? 'standard input' : source;
}

/**
 * The source's characters in chunks of any size, without byte order mark.
 * @throws StarlingError NO_SUCH_FILE when it cannot be read; BAD_INPUT when it is binary, damaged gzip, or not valid
 *   in its encoding; BAD_OPTION for an unknown encoding
 */
export async function* openText(source: string, options: SourceOptions = {}): AsyncGenerator<string> {
  const name = sourceName(source);
  const given = options.encoding === undefined ? null : canonicalEncoding(options.encoding);
  const raw = source === '-' ? (options.input ?? process.stdin) : readFile(source);
  const packed = await Peeked.of(named(raw, name));
  let plain: Peeked | undefined;
  try {
    const isGzip = packed.start[0] === 0x1f && packed.start[1] === 0x8b;
    plain = isGzip ? await Peeked.of(gunzip(packed.bytes(), name)) : packed;
    const encoding = given ?? encodingOfMark(plain.start) ?? 'utf-8';
    if (!encoding.startsWith('utf-16')) refuseBinary(plain.start, name);
    yield* decode(plain.bytes(), { encoding, name, lenient: options.lenient ?? false });
  } finally {
    await plain?.close();
    await packed.close();
  }
}

function readFile(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** The same bytes, with the system's errors turned into ours. */
async function* named(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (cause) {
    throw readError(cause, name);
  }
}

function readError(cause: unknown, name: string): unknown {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  const reasons: Record<string, [string, string]> = {
    ENOENT: [`there is no file ${name}`, 'Check the path; relative paths start at the current folder.'],
    EISDIR: [`${name} is a folder, expected a review file`, 'Name the files in it one by one, or with *.'],
    EACCES: [`${name} cannot be read: permission denied`, ''],
    EPERM: [`${name} cannot be read: permission denied`, ''],
  };
  if (cause instanceof StarlingError || typeof code !== 'string') return cause;
  const [message, hint] = reasons[code] ?? [`${name} cannot be read (${code})`, ''];
  return new StarlingError('NO_SUCH_FILE', message, hint, { cause });
}

async function* gunzip(packed: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const gunzipStream = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors reach us through the iteration below; the callback only keeps them from being thrown a second time.
  pipeline(Readable.from(packed, { objectMode: true, highWaterMark: 1 }), gunzipStream, () => {});
  try {
    for await (const chunk of gunzipStream) yield chunk;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException | null)?.code ?? '';
    if (!code.startsWith('Z_')) throw cause;
    const truncated = code === 'Z_BUF_ERROR';
    throw new StarlingError(
      'BAD_INPUT',
      truncated ? `${name} is cut off: its gzip data end too early` : `${name} holds damaged gzip data`,
      truncated ? 'Copy or download it again.' : `Test it with: gzip -t ${name}`,
      { cause },
    );
  }
}

/** Text holds no NUL; in UTF-16 it would, so that is asked about. */
function refuseBinary(start: Uint8Array, name: string): void {
  const zip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03 && start[3] === 0x04;
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
      start = start.length > 0 ? Buffer.concat([start, next.value]) : next.value;
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

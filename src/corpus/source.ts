/**
 * Where the characters come from in Node: a path or standard input. Streams all the way: a consumer that pauses pauses the
 * disk, and one that stops early closes the file. What the bytes and characters mean is decided elsewhere.
 */
import { createReadStream } from 'node:fs';
import { type Duplex, pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { StarlingError } from '../errors.ts';
import { charactersOf, type Unpack } from './characters.ts';
import { wholeFrames } from './zstd-frames.ts';

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
  const { encoding, lenient } = options;
  const name = sourceName(source);
  yield* charactersOf(openBytes(source, options), { name, encoding, lenient, gunzip, unzstd });
}

/** The source's bytes as they are. @throws StarlingError NO_SUCH_FILE when it cannot be read */
export function openBytes(
  source: string,
  { input }: Pick<SourceOptions, 'input'> = {},
): AsyncGenerator<Uint8Array> {
  return named(source === '-' ? (input ?? process.stdin) : readFile(source), sourceName(source));
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

/** Unpacks with a stream of zlib's; its errors, whose codes begin with `code`, become ours. */
function unpacker(kind: string, code: string, cutOff: string, open: () => Duplex): Unpack {
  return async function* unpack(packed, name) {
    const stream = open();
    // Errors reach us through the iteration below; the callback only keeps them from being thrown a second time.
    pipeline(Readable.from(packed, { objectMode: true, highWaterMark: 1 }), stream, () => {});
    try {
      for await (const chunk of stream) yield chunk as Uint8Array;
    } catch (cause) {
      const found = (cause as NodeJS.ErrnoException | null)?.code ?? '';
      if (!found.startsWith(code)) throw cause;
      if (found === cutOff) refuseCutOff(name, kind, cause);
      throw new StarlingError(
        'BAD_INPUT',
        `${name} holds damaged ${kind} data`,
        `Test it with: ${kind} -t ${name}`,
        { cause },
      );
    }
  };
}

function refuseCutOff(name: string, kind: string, cause?: unknown): never {
  const message = `${name} is cut off: its ${kind} data end too early`;
  throw new StarlingError('BAD_INPUT', message, 'Copy or download it again.', { cause });
}

const gunzip = unpacker('gzip', 'Z_', 'Z_BUF_ERROR', () => zlib.createGunzip({ chunkSize: CHUNK_BYTES }));

/** From Node 22.15 on; the types are those of Node 20. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Duplex };
const unzstdStream =
  createZstdDecompress && unpacker('zstd', 'Z', '', () => createZstdDecompress({ chunkSize: CHUNK_BYTES }));
const unzstd: Unpack | undefined =
  unzstdStream &&
  ((packed, name) =>
    unzstdStream(
      wholeFrames(packed, () => refuseCutOff(name, 'zstd')),
      name,
    ));

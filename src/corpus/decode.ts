/**
 * Bytes → characters, strictly: an invalid sequence is an error that names the line and the byte, not a silent U+FFFD.
 * Nothing here opens files or knows about rows. Decoding comes before all parsing, because a CSV parser that is fed
 * bytes breaks the characters that straddle two chunks. Runs in a browser too.
 */
import { StarlingError } from '../errors.ts';

/**
 * Stands where bytes could not be decoded when reading leniently. A noncharacter that no real text holds, so that a
 * U+FFFD which was in the file to begin with is not taken for our damage.
 */
export const UNDECODABLE = '\uffff';

export interface DecodeOptions {
  /** A WHATWG encoding label: "utf-8", "latin1", "windows-1252", "utf-16le"... */
  readonly encoding: string;
  /** How to name the source in a message. */
  readonly name: string;
  /** Put UNDECODABLE into a line that cannot be decoded rather than throw. Works for UTF-8; others always throw. */
  readonly lenient: boolean;
}

/** The canonical name of an encoding label. @throws StarlingError BAD_OPTION when there is no such encoding */
export function canonicalEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new StarlingError(
      'BAD_OPTION',
      `there is no encoding "${label}"`,
      'Known are utf-8, windows-1252, latin1, utf-16le and the others of the WHATWG Encoding Standard.',
    );
  }
}

/** The encoding that a byte order mark at the start names, if there is one. */
export function encodingOfMark(start: Uint8Array): string | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return null;
}

/**
 * Decodes chunk by chunk; the chunks may end anywhere within a character. A byte order mark at the start is dropped.
 * @throws StarlingError BAD_INPUT at the first sequence that is not valid in the encoding
 */
export async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<string> {
  const decoder = makeDecoder(options);
  let first = true;
  let text: string;
  for await (const chunk of bytes) {
    text = decoder.push(chunk);
    if (text === '') continue;
    yield first && text[0] === '\ufeff' ? text.slice(1) : text;
    first = false;
  }
  text = decoder.end();
  if (text !== '') yield text;
}

interface ChunkDecoder {
  push(chunk: Uint8Array): string;
  /** What was held back; throws if the input ends within a character. */
  end(): string;
}

function makeDecoder(options: DecodeOptions): ChunkDecoder {
  return options.encoding === 'utf-8' ? utf8Decoder(options) : streamingDecoder(options);
}

/**
 * UTF-8 is cut at character boundaries by hand, so that each call is complete in itself and, when it fails, can be
 * looked at again line by line.
 */
function utf8Decoder(options: DecodeOptions): ChunkDecoder {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const position = { byte: 0, line: 1 };
  let held: Uint8Array = new Uint8Array(0);

  const decodeWhole = (bytes: Uint8Array): string => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      if (!options.lenient) throw invalid(bytes, position, options);
      text = decodeByLine(bytes, decoder);
    }
    position.byte += bytes.length;
    position.line += countNewlines(text);
    return text;
  };

  return {
    push(chunk) {
      const bytes = held.length > 0 ? joined(held, chunk) : chunk;
      const whole = bytes.length - incompleteTail(bytes);
      held = bytes.slice(whole); // a copy: the stream may use its buffer again
      return decodeWhole(bytes.subarray(0, whole));
    },
    end() {
      return decodeWhole(held);
    },
  };
}

/** Every other encoding goes through the state kept by TextDecoder itself. */
function streamingDecoder(options: DecodeOptions): ChunkDecoder {
  const decoder = new TextDecoder(options.encoding, { fatal: true, ignoreBOM: true });
  const position = { byte: 0, line: 1 };
  const step = (chunk: Uint8Array, stream: boolean): string => {
    let text: string;
    try {
      text = decoder.decode(chunk, { stream });
    } catch {
      throw invalid(chunk, position, options);
    }
    position.byte += chunk.length;
    position.line += countNewlines(text);
    return text;
  };
  return { push: (chunk) => step(chunk, true), end: () => step(new Uint8Array(0), false) };
}

/** Length of the UTF-8 sequence at the end that needs bytes of the next chunk: 0 to 3. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue; // a continuation byte: its lead is further left
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

/** In UTF-8 the byte 0x0A is always a line feed, so a damaged line can be told from its sound neighbours. */
function decodeByLine(bytes: Uint8Array, strict: TextDecoder): string {
  const replacing = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed + 1;
    const line = bytes.subarray(start, end);
    try {
      text += strict.decode(line);
    } catch {
      text += replacing.decode(line).replaceAll('\ufffd', UNDECODABLE);
    }
    start = end;
  }
  return text;
}

/** The error for a chunk that does not decode; finds the byte by feeding one at a time. */
function invalid(
  bytes: Uint8Array,
  position: { readonly byte: number; readonly line: number },
  { encoding, name }: DecodeOptions,
): StarlingError {
  const probe = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let good = 0;
  let line = position.line;
  try {
    for (; good < bytes.length; good++) {
      line += countNewlines(probe.decode(bytes.subarray(good, good + 1), { stream: true }));
    }
  } catch {
    // `good` is now the byte at which the sequence turned out to be invalid.
  }
  const other = encoding === 'utf-8' ? 'windows-1252' : 'utf-8';
  return new StarlingError(
    'BAD_INPUT',
    `${name}, line ${line}: byte ${position.byte + good} (counted from 0) is not valid ${encoding}`,
    `If the file is in another encoding, name it, such as --encoding ${other}.`,
  );
}

export function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Some bytes and those that follow them. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

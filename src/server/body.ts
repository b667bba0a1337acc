/**
 * The body of a request: bounded in bytes, on its own and together with all others that are held, strictly UTF-8, and
 * JSON. How long it may take is the HTTP server's (http.ts).
 */
import type { IncomingMessage } from 'node:http';
import { ApiError, busy } from './api-error.ts';
import type { ServerLimits } from './limits.ts';

/** Bytes that all requests hold together. */
export class HeldBytes {
  private held = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get now(): number {
    return this.held;
  }

  /** False when it would be too much; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.held + bytes > this.most) return false;
    this.held += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.held -= bytes;
  }
}

export interface Body {
  readonly json: unknown;
  /** What it has taken of `HeldBytes`; given back by whoever asked. */
  readonly bytes: number;
}

/**
 * Reads a JSON body.
 * @throws ApiError UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, BUSY, BAD_REQUEST; nothing is held then
 */
export async function readJsonBody(
  incoming: IncomingMessage,
  { maxBodyBytes }: ServerLimits,
  held: HeldBytes,
): Promise<Body> {
  checkType(incoming);
  const declared = Number(incoming.headers['content-length'] ?? 0);
  if (declared > maxBodyBytes) throw tooLarge(maxBodyBytes);
  const bytes = await collect(incoming, maxBodyBytes, held);
  try {
    return { json: parse(bytes), bytes: bytes.length };
  } catch (error) {
    held.giveBack(bytes.length);
    throw error;
  }
}

/** Only JSON: also what keeps the forms of other sites out, which cannot send it without being asked about. */
function checkType({ headers }: IncomingMessage): void {
  const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ApiError(
      'UNSUPPORTED_MEDIA_TYPE',
      'the content type is not application/json',
      'Send JSON with the header: Content-Type: application/json',
    );
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', 'the body is compressed', 'Send it as it is.');
  }
}

function tooLarge(most: number): ApiError {
  return new ApiError(
    'TOO_LARGE',
    `the body is larger than ${most.toLocaleString('en-US')} bytes`,
    'Send fewer texts at a time.',
  );
}

const MOST_CHUNKS = 512;

function collect(incoming: IncomingMessage, most: number, held: HeldBytes): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const leave = (): void => {
      incoming.off('data', hear).off('end', end).off('error', gone).off('close', gone);
      incoming.on('error', () => {}); // what comes later is nobody's concern
    };
    const fail = (error: ApiError): void => {
      leave();
      incoming.pause();
      held.giveBack(size);
      reject(error);
    };
    const hear = (chunk: Buffer): void => {
      if (size + chunk.length > most) {
        fail(tooLarge(most));
        return;
      }
      if (!held.take(chunk.length)) {
        fail(busy('the server holds as much as it may'));
        return;
      }
      size += chunk.length;
      chunks.push(chunk);
      // A body that trickles in byte by byte must not cost a hundred times its size.
      if (chunks.length === MOST_CHUNKS) chunks = [Buffer.concat(chunks, size)];
    };
    const end = (): void => {
      leave();
      resolve(Buffer.concat(chunks, size));
    };
    const gone = (): void => fail(new ApiError('BAD_REQUEST', 'the request ended before its body'));
    if (incoming.destroyed) return gone();
    incoming.on('data', hear).on('end', end).on('error', gone).on('close', gone);
  });
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('BAD_REQUEST', 'the body is not valid UTF-8', 'Send JSON in UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(
      'BAD_REQUEST',
      'the body is no JSON',
      'Send an object such as {"text": "Lovely food."}',
    );
  }
}

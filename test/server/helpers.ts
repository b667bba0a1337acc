/** A server over the small model that comes along, and requests to it: by fetch, and raw where fetch is too polite. */
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import type { ErrorAnswer } from '../../src/server/protocol.ts';
import { type RunningServer, type ServeSettings, startServer } from '../../src/server/serve.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const MODEL = `${ROOT}models/restaurants`;

let model: SentimentModel | undefined;

export async function sampleModel(): Promise<SentimentModel> {
  model ??= await SentimentModel.load(MODEL, 'wasm');
  return model;
}

/** On a free port; stopped after the file's tests. */
export async function server(settings: ServeSettings = {}): Promise<RunningServer> {
  const running = await startServer(await sampleModel(), { port: 0, workers: 1, ...settings });
  afterAll(() => running.stop());
  return running;
}

export function post({ url }: RunningServer, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A connection on which anything can be written. */
export class Raw {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  private said = '';

  constructor({ host, port }: RunningServer) {
    this.socket = connect(port, host);
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.said += text;
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  write(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  /** What was answered so far does not count any more. */
  forget(): this {
    this.said = '';
    return this;
  }

  /** The first answer, once it is complete or the connection is closed. */
  async answer(): Promise<RawAnswer> {
    let open = true;
    void this.closed.then(() => {
      open = false;
    });
    for (;;) {
      const end = this.said.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.said)?.[1] ?? 0);
      if (end >= 0 && this.said.length >= end + 4 + length) {
        return {
          status: Number(this.said.slice(9, 12)),
          head: this.said.slice(0, end),
          body: this.said.slice(end + 4, end + 4 + length),
        };
      }
      if (!open) throw new Error(`the connection was closed after: ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Head of a POST request with this many bytes to come. */
export function postHead(path: string, length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
}

/** The error in a body, after a look that it gives nothing of this machine away. */
export function errorIn(body: string): ErrorAnswer['error'] {
  const { error } = JSON.parse(body) as ErrorAnswer;
  for (const words of [error.message, error.hint]) {
    if (
      /node_modules|file:|\.[jt]s\b|\n|\bat \S+ \(/.test(words) ||
      words.includes(ROOT) ||
      words.includes('restaurants')
    ) {
      throw new Error(`an error tells too much: ${words}`);
    }
  }
  return error;
}

/** A text that keeps a worker busy for a while. */
export const LONG_TEXT = Array.from({ length: 9000 }, (_, i) => `the soup ${i} was cold and lovely`).join(
  ' ',
);

/**
 * The server: listens, sees to it that connections keep their limits, and stops gracefully: what was accepted is answered.
 * What is answered is app.ts's.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { StarlingError } from '../errors.ts';
import { threadCount } from '../kernels/node-engine.ts';
import type { SentimentModel } from '../model/sentiment-model.ts';
import { VERSION } from '../version.ts';
import { ApiError } from './api-error.ts';
import { createApp } from './app.ts';
import { answerHeaders } from './headers.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';
import { loadPageFiles } from './page-files.ts';
import type { ModelFacts } from './protocol.ts';
import { RatingQueue } from './rating-queue.ts';

export interface ServeSettings {
  /** Where to listen: a name or an address; loopback by default, which other machines cannot reach. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port?: number;
  /** Worker threads at most, 0 or none for as many as cores, but no more than four; each has a copy of the model. */
  readonly workers?: number;
  readonly limits?: Partial<ServerLimits>;
  /** Is told, for the operator's eyes only, why something failed that should not have. */
  readonly onFailure?: (why: string) => void;
}

export interface RunningServer {
  /** Where the page is; ends with a slash. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Takes no more requests, answers those that were accepted, ends. Resolves when all is over. */
  stop(): Promise<void>;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8787;
const MOST_WORKERS = 4;

/**
 * Starts a server for a model, which may be closed afterwards.
 * @throws StarlingError BAD_OPTION when it cannot listen there; NO_SUCH_FILE when the page was not built
 */
export async function startServer(
  model: SentimentModel,
  settings: ServeSettings = {},
): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, onFailure = () => {} } = settings;
  const limits = { ...defaultLimits, ...settings.limits };
  const page = await loadPageFiles();
  const queue = new RatingQueue({
    model: model.toData(),
    workers: Math.min(settings.workers || MOST_WORKERS, threadCount(settings.workers ?? 0)),
    workSeconds: limits.workSeconds,
    onFailure,
  });
  let stopping = false;
  const app = createApp({
    facts: factsOf(model),
    queue,
    page,
    limits,
    hosts: hostsOf(host),
    stopping: () => stopping,
    onFailure,
  });
  const server = createServer(
    {
      headersTimeout: 1000 * limits.headerSeconds,
      requestTimeout: 1000 * limits.arrivalSeconds,
      connectionsCheckingInterval: 500,
      keepAliveTimeout: 1000 * limits.idleSeconds,
      maxHeaderSize: 16_384,
      requireHostHeader: false, // refused in our words, below
    },
    getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      errorHandler: () => errorResponse(new ApiError('BAD_REQUEST', 'the request is not sound HTTP')),
    }),
  );
  server.maxConnections = limits.maxConnections;
  server.timeout = 1000 * limits.silenceSeconds;
  server.on('clientError', answerBadRequest);
  try {
    await queue.start();
    await listen(server, host, port);
  } catch (error) {
    await queue.close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    stopping = true;
    await close(server, limits.graceSeconds);
    await queue.close();
  };
  let stopped: Promise<void> | undefined;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}/`,
    host,
    port: address.port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function factsOf({ levels, options, training, vectorizer }: SentimentModel): ModelFacts {
  return {
    version: VERSION,
    levels,
    head: options.head,
    terms: vectorizer.vocabulary.terms.length,
    hidden: options.hidden,
    rated: training?.rated ?? 0,
    unrated: training?.unrated ?? 0,
  };
}

/** True for what other machines cannot reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** On loopback, the names for it and no others; elsewhere the operator's network decides. */
function hostsOf(host: string): ReadonlySet<string> | null {
  return isLoopback(host) ? new Set(['localhost', '127.0.0.1', '[::1]', host.toLowerCase()]) : null;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 511 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const why: Record<string, string> = {
      EADDRINUSE: 'the port is in use',
      EACCES: 'permission denied',
      EADDRNOTAVAIL: 'this machine has no such address',
      ENOTFOUND: 'there is no such host',
    };
    throw new StarlingError(
      'BAD_OPTION',
      `cannot listen on ${host}, port ${port}: ${why[code] ?? code}`,
      'Name another with --port (0 takes any that is free) or --host.',
      { cause },
    );
  }
}

/** Stops listening and waits for what is under way; after the grace, connections are cut. */
async function close(server: Server, graceSeconds: number): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // Connections that are kept alive turn idle one by one.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), 1000 * graceSeconds);
  await ended;
  clearInterval(idle);
  clearTimeout(cut);
}

function errorResponse(error: ApiError): Response {
  return new Response(JSON.stringify(error.answer), {
    status: error.status,
    headers: { ...answerHeaders, Connection: 'close' },
  });
}

/** For what Node refuses before there is a request: what is no HTTP, headers without end, and requests that do not come. */
function answerBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const known =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new ApiError('TOO_SLOW', 'the request did not arrive in time')
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? new ApiError('HEADERS_TOO_LARGE', 'the headers are too large')
        : new ApiError('BAD_REQUEST', 'the request is not sound HTTP');
  const body = JSON.stringify(known.answer);
  const headers = { ...answerHeaders, Connection: 'close', 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${known.status} ${reasons[known.status]}\r\n${lines.join('')}\r\n${body}`);
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

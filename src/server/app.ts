/**
 * The routes: which request gets which answer. Reading bodies, computing and listening are other files' work. Every refusal
 * is an ApiError, and every error that is none becomes "INTERNAL" without its words.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { ApiError, asApiError, busy, stopping } from './api-error.ts';
import { HeldBytes, readJsonBody } from './body.ts';
import { answerHeaders, pageHeaders } from './headers.ts';
import type { ServerLimits } from './limits.ts';
import type { PageFile } from './page-files.ts';
import type { HealthAnswer, ModelFacts } from './protocol.ts';
import type { RatingQueue } from './rating-queue.ts';
import { type Kind, textsOf } from './texts.ts';

export interface AppSettings {
  readonly facts: ModelFacts;
  readonly queue: Pick<RatingQueue, 'run'>;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly limits: ServerLimits;
  /** Host names, in lower case, under which the server is reached; null for any. */
  readonly hosts: ReadonlySet<string> | null;
  /** True from the moment the server was asked to stop. */
  readonly stopping: () => boolean;
  /** Is told about errors that are bugs. */
  readonly onFailure: (why: string) => void;
}

type Bindings = { Bindings: HttpBindings };
type Context = HonoContext<Bindings>;

const encoder = new TextEncoder();

export function createApp(settings: AppSettings): Hono<Bindings> {
  const { facts, queue, page, limits, hosts } = settings;
  const app = new Hono<Bindings>();
  const held = new HeldBytes(limits.maxHeldBytes);
  let requests = 0;

  const json = (value: unknown, status = 200): Response =>
    new Response(JSON.stringify(value), { status, headers: answerHeaders });

  app.onError((error, c) => {
    const known = asApiError(error);
    if (known !== error) settings.onFailure(String(error.stack ?? error));
    const headers = { ...answerHeaders, ...known.headers };
    return new Response(c.req.method === 'HEAD' ? null : JSON.stringify(known.answer), {
      status: known.status,
      headers,
    });
  });

  app.use(async (c, next) => {
    // A name that is not ours points here only if someone else's web page arranged it (DNS rebinding).
    if (hosts && !hosts.has(hostName(c.req.header('host') ?? ''))) {
      throw new ApiError(
        'FORBIDDEN',
        'the request is addressed to another host',
        'Use the address that starling printed.',
      );
    }
    await next();
    if (settings.stopping()) c.res.headers.set('Connection', 'close');
  });

  app.get('/health', () => {
    const answer: HealthAnswer = {
      status: settings.stopping() ? 'stopping' : 'ok',
      version: facts.version,
      requests,
    };
    return json(answer, settings.stopping() ? 503 : 200);
  });
  app.get('/model', () => json(facts));

  const work = async (c: Context, kind: Kind): Promise<Response> => {
    const { incoming, outgoing } = c.env;
    const admit = (): void => {
      if (settings.stopping()) throw stopping();
      if (requests >= limits.maxRequests)
        throw busy(`${limits.maxRequests} requests are being worked on already`);
    };
    admit(); // before the body: what is refused anyway need not be read
    const body = await readJsonBody(incoming, limits, held);
    const gone = new AbortController();
    let counted = false;
    const release = (): void => {
      held.giveBack(body.bytes);
      if (counted) requests--;
      gone.abort();
    };
    if (outgoing.destroyed) {
      release();
      throw new ApiError('BAD_REQUEST', 'the client has gone');
    }
    // Until the answer is on its way, or its reader has gone: an answer that nobody fetches takes memory, too.
    outgoing.once('close', release);
    admit();
    requests++;
    counted = true;
    const texts = textsOf(body.json, kind, limits);
    const results = await queue.run(kind, texts, gone.signal);
    return new Response(joined(start(kind), results), { headers: answerHeaders });
  };
  const start = (kind: Kind): Uint8Array =>
    encoder.encode(
      `{"levels":${JSON.stringify(facts.levels)},"${kind === 'predict' ? 'predictions' : 'explanations'}":[`,
    );

  app.post('/predict', (c) => work(c, 'predict'));
  app.post('/explain', (c) => work(c, 'explain'));

  for (const [name, file] of page) {
    const path = name === 'index.html' ? '/' : `/${name}`;
    app.get(path, (c) => {
      const headers = { ...pageHeaders, 'Content-Type': file.type, ETag: file.etag };
      if (c.req.header('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
      return new Response(file.bytes, { headers });
    });
  }

  const methods: Record<string, string> = { '/predict': 'POST', '/explain': 'POST' };
  for (const path of ['/health', '/model', '/', ...page.keys()].map(
    (name) => `/${name.replace(/^\//, '')}`,
  )) {
    methods[path] = 'GET, HEAD';
  }
  app.all('*', (c) => {
    const allowed = methods[c.req.path];
    if (allowed && !allowed.includes(c.req.method)) {
      throw new ApiError(
        'METHOD_NOT_ALLOWED',
        `${c.req.path} does not take this method`,
        `It takes: ${allowed}.`,
        { Allow: allowed },
      );
    }
    throw new ApiError(
      'NOT_FOUND',
      'there is nothing at this address',
      'There are: GET /, /health, /model; POST /predict, /explain.',
    );
  });
  return app;
}

/** The host name in a Host header, without its port. */
function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '');
}

/** Start, pieces with commas between, and the end of list and object. */
function joined(first: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = first.length + pieces.reduce((sum, piece) => sum + piece.length + 1, 0) + 1;
  const all = new Uint8Array(length);
  all.set(first);
  let at = first.length;
  pieces.forEach((piece, i) => {
    if (i > 0) all[at++] = 0x2c;
    all.set(piece, at);
    at += piece.length;
  });
  all[at++] = 0x5d;
  all[at++] = 0x7d;
  return all.subarray(0, at);
}

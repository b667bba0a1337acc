/** A rater that asks the server from which the page came. A server that is busy is asked again. */
import type { ErrorAnswer, ExplainAnswer, ModelFacts, PredictAnswer } from '../server/protocol.ts';
import type { Rater } from './rater.ts';

/** Times that a busy server is asked again. */
const PATIENCE = 30;
/** A server takes a thousand texts and a mebibyte: this stays below both, also in escaped UTF-8. */
const MOST = { texts: 500, characters: 150_000 };

export async function remoteRater(): Promise<Rater> {
  const facts = await ask<ModelFacts>('model');
  return {
    facts,
    most: MOST,
    async explain(text) {
      return (await ask<ExplainAnswer>('explain', { text })).explanations[0];
    },
    async predict(texts, signal) {
      return (await ask<PredictAnswer>('predict', { texts }, signal)).predictions;
    },
  };
}

async function ask<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const response = await send(path, body, signal);
    if (response.ok) return (await response.json()) as T;
    if (response.status === 503 && attempt < PATIENCE) {
      const seconds = Number(response.headers.get('Retry-After') ?? 1) || 1;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(seconds, 10)));
      continue;
    }
    throw new Error(await reason(response));
  }
}

async function send(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const request: RequestInit =
    body === undefined
      ? { signal }
      : {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          signal,
        };
  try {
    return await fetch(path, request);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error('The server does not answer. Is it still running?', { cause });
  }
}

async function reason(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as ErrorAnswer;
    const sentence = error.message.charAt(0).toUpperCase() + error.message.slice(1);
    return error.hint === '' ? `${sentence}.` : `${sentence}. ${error.hint}`;
  } catch {
    return `The server answered with the status ${response.status}.`;
  }
}

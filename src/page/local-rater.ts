/** A rater in this browser: calls the worker that holds the model, and needs no server. */
import type { Explanation } from '../explanation/explanation.ts';
import type { Prediction } from '../model/prediction.ts';
import type { ModelFacts } from '../server/protocol.ts';
import type { EngineAnswer, EngineCall } from './engine-worker.ts';
import type { Rater } from './rater.ts';

/** Some ten milliseconds of work: what is typed meanwhile waits no longer. */
const MOST = { texts: 64, characters: 65_536 };

type Question<T> = T extends EngineCall ? Omit<T, 'id'> : never;

export async function localRater(): Promise<Rater> {
  const worker = new Worker('engine.js');
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  worker.onmessage = ({ data }: MessageEvent<EngineAnswer>) => {
    const { resolve, reject } = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ('error' in data) reject(new Error(data.error));
    else resolve(data.result);
  };
  worker.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error('The engine cannot run in this browser.'));
    waiting.clear();
  };
  const call = <T>(question: Question<EngineCall>): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = calls++;
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      worker.postMessage({ ...question, id });
    });
  const facts = await call<ModelFacts>({ kind: 'load' });
  return {
    facts,
    most: MOST,
    explain: (text) => call<Explanation>({ kind: 'explain', text }),
    predict: (texts) => call<Prediction[]>({ kind: 'predict', texts }),
  };
}

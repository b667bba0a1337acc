/**
 * Many texts rated on many cores: each worker thread tokenises, vectorises and rates batches with a copy of the model. A
 * rating does not depend on who gave it, or on what else was in its batch.
 */

import { threadCount } from '../kernels/node-engine.ts';
import { TaskPool } from '../kernels/node-tasks.ts';
import { workerFile } from '../kernels/node-worker-file.ts';
import { asPredictions, type Prediction, type RatedTexts } from './prediction.ts';
import type { ModelData, SentimentModel } from './sentiment-model.ts';

/** Texts that are rated before workers are worth their start. */
const WARM_UP = 2000;
/** Texts per batch of `rateAll`. */
const BATCH = 1024;

export class RatingPool {
  /** Batches that are worth handing in before the first is done. */
  readonly ahead: number;
  private readonly model: SentimentModel;
  private readonly workers: number;
  private pool: TaskPool<ModelData, readonly string[], RatedTexts> | null = null;
  private rated = 0;

  /** @param threads 0 for all cores; with 1, the calling thread does the work */
  constructor(model: SentimentModel, threads = 0) {
    this.model = model;
    this.workers = threadCount(threads);
    this.ahead = this.workers === 1 ? 1 : this.workers + 1;
  }

  /**
   * Rates texts, in order. The first few thousand are rated by the calling thread: few texts need no workers.
   * @throws StarlingError WORKER_DIED
   */
  async rate(texts: readonly string[]): Promise<Prediction[]> {
    this.rated += texts.length;
    if (this.workers === 1 || this.rated <= WARM_UP) return this.model.predictMany(texts);
    this.pool ??= new TaskPool({
      module: workerFile('rating-task', import.meta.url),
      data: this.model.toData(),
      workers: this.workers,
    });
    return asPredictions(await this.pool.run(texts), this.model.levels.length);
  }

  /** Rates texts as they come, and gives the predictions in their order. */
  async *rateAll(texts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Prediction> {
    for await (const [, predictions] of inOrder(batched(texts), (batch) => this.rate(batch), this.ahead)) {
      yield* predictions;
    }
  }

  /** Ends the workers. The model stays as it is. */
  async close(): Promise<void> {
    await this.pool?.close();
    this.pool = null;
  }
}

async function* batched(texts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const text of texts) {
    batch.push(text);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Each item with its result, in the order of the items, while up to `ahead` of them are being worked on. A result is
 * handed on as soon as those before it are: it does not wait for another item to come.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<[T, R]> {
  const iterator = items[Symbol.asyncIterator]();
  const begun: { item: T; result: Promise<R>; settled: Promise<null> }[] = [];
  const ask = (): Promise<IteratorResult<T>> => {
    const coming = iterator.next();
    coming.catch(() => {}); // is thrown when its turn comes
    return coming;
  };
  let coming: Promise<IteratorResult<T>> | null = ask();
  try {
    while (coming || begun.length > 0) {
      if (coming && begun.length < ahead) {
        const arrived: IteratorResult<T> | null = await (begun.length > 0
          ? Promise.race([begun[0].settled, coming])
          : coming);
        if (arrived !== null) {
          if (!arrived.done) {
            const result = work(arrived.value);
            const settled = result.then(
              () => null,
              () => null,
            );
            begun.push({ item: arrived.value, result, settled });
          }
          coming = arrived.done ? null : ask();
          continue;
        }
      }
      const { item, result } = begun.shift()!;
      yield [item, await result];
    }
  } finally {
    iterator.return?.()?.catch(() => {}); // not awaited: the source may be waiting for input
  }
}

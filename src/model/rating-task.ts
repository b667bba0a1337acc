/** Texts to rate as a task for a worker thread (see kernels/node-tasks.ts): the worker has a model of its own. */
import type { RatedTexts } from './prediction.ts';
import { type ModelData, SentimentModel } from './sentiment-model.ts';

export function prepare(data: ModelData): SentimentModel {
  return SentimentModel.fromData(data);
}

export function run(model: SentimentModel, texts: readonly string[]): RatedTexts {
  return model.rateTexts(texts);
}

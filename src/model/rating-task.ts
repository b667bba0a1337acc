/** Texts to rate as a task for a worker thread (see kernels/node-tasks.ts): the worker has a model of its own. */

import type { EngineKind } from '../kernels/node-engine.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { RatedTexts } from './prediction.ts';
import { type ModelData, SentimentModel } from './sentiment-model.ts';

export async function prepare(data: ModelData): Promise<SentimentModel> {
  return SentimentModel.fromData(data, await openEngine(1, data.engine as EngineKind));
}

export function run(model: SentimentModel, texts: readonly string[]): RatedTexts {
  return model.rateTexts(texts);
}

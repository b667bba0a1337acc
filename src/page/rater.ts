/** Who rates for the page: a server (remote-rater.ts) or a model in this browser (local-rater.ts). The page cannot tell. */
import type { Explanation } from '../explanation/explanation.ts';
import type { Prediction } from '../model/prediction.ts';
import type { ModelFacts } from '../server/protocol.ts';

export interface Rater {
  readonly facts: ModelFacts;
  /** Most texts, and characters of them together, that are worth handing in at a time. */
  readonly most: { readonly texts: number; readonly characters: number };
  /** @throws Error whose message is for the user */
  explain(text: string): Promise<Explanation>;
  /** @throws Error whose message is for the user; when the signal was aborted, any */
  predict(texts: readonly string[], signal?: AbortSignal): Promise<readonly Prediction[]>;
}

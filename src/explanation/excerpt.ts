/** Explanations by what a fold kept of its model, for the reviews that it was kept for: exactly those of the whole model. */
import type { ModelExcerpt, NetworkExcerpt } from '../evaluation/mistakes.ts';
import { wideOptions } from '../finetuning/wide.ts';
import { Arena } from '../kernels/arena.ts';
import { importLayer } from '../network/network.ts';
import type { Options } from '../options.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { explainTogether } from './blend.ts';
import { Explainer } from './explainer.ts';

/** @param options of the run that made the excerpt */
export function explainerOf(excerpt: ModelExcerpt, options: Options): Pick<Explainer, 'explain'> {
  const { wide } = excerpt;
  const own = explainerOfNetwork(excerpt, options);
  return wide ? explainTogether(own, explainerOfNetwork(wide, wideOptions(options)), wide.share) : own;
}

function explainerOfNetwork({ head, vocabulary, layers }: NetworkExcerpt, options: Options): Explainer {
  const arena = new Arena();
  const placed = layers.map((layer) => importLayer(arena, layer));
  const { activation, alpha, negateHalf } = options;
  const network = {
    inputs: vocabulary.terms.length,
    layers: placed.slice(0, -1),
    head: placed[placed.length - 1],
    activation,
    alpha,
    negateHalf,
  };
  return new Explainer(Vectorizer.fromJSON(options, vocabulary), network, head);
}

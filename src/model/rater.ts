/**
 * What a model does with texts, in Node and in a browser: ratings and explanations, by a network and by the linear model
 * beside it where there is one. Not files, and not training.
 */
import { explainTogether } from '../explanation/blend.ts';
import { Explainer } from '../explanation/explainer.ts';
import type { ExplainSettings, Explanation } from '../explanation/explanation.ts';
import type { Insides } from '../explanation/inspect-model.ts';
import type { Engine } from '../kernels/engine.ts';
import { Workspace } from '../network/forward.ts';
import type { Head } from '../network/heads.ts';
import type { Network } from '../network/network.ts';
import { blendPredictions } from '../network/predict.ts';
import { type ModelParts, type NetworkParts, placeNetwork } from '../saved/parts.ts';
import { tokenize } from '../text/tokenize.ts';
import type { Vectorizer } from '../text/vectorizer.ts';
import { type RatedTexts, rateMatrix } from './prediction.ts';

/** A network in an arena, what it reads, and what its outputs mean. */
export interface Member {
  readonly vectorizer: Vectorizer;
  readonly network: Network;
  readonly head: Head;
}

export class Rater {
  readonly main: Member;
  /** The linear model beside the network, and its share of the rating, 0 to 1. */
  readonly wide: (Member & { readonly share: number }) | null;
  private readonly engine: Engine;
  private readonly spaces: readonly Workspace[];
  private explainer: Pick<Explainer, 'explain'> | undefined;

  /** @param batch texts that go through the network together */
  constructor(engine: Engine, main: Member, wide: Rater['wide'], batch: number) {
    this.engine = engine;
    this.main = main;
    this.wide = wide;
    this.spaces = (wide ? [main, wide] : [main]).map(({ network }) => new Workspace(engine, network, batch));
  }

  /** What an inspection looks at: both networks with scratch memory. */
  insides(): Pick<Insides, 'engine' | 'network' | 'space' | 'vectorizer' | 'head' | 'wide'> {
    const { engine, main, wide, spaces } = this;
    return { engine, ...main, space: spaces[0], wide: wide && { engine, ...wide, space: spaces[1] } };
  }

  /** Rates texts, in order. @throws StarlingError as `predictRows` */
  rate(texts: readonly string[]): RatedTexts {
    const { engine, main, wide, spaces } = this;
    if (!wide)
      return rateMatrix(engine, main.network, main.head, spaces[0], main.vectorizer.transform(texts));
    // Both read the same words: the options by which texts are cut are the same.
    const words = texts.map((text) => tokenize(text, main.vectorizer.options));
    const [a, b] = [main, wide].map(({ vectorizer, network, head }, i) =>
      rateMatrix(engine, network, head, spaces[i], vectorizer.transformWords(words)),
    );
    const knownTerms = a.knownTerms.map((known, i) => Math.max(known, b.knownTerms[i]));
    return { ...blendPredictions(a, b, wide.share), knownTerms };
  }

  /** What made the rating of a text: see `Explainer`. */
  explain(text: string, settings?: ExplainSettings): Explanation {
    this.explainer ??= this.makeExplainer();
    return this.explainer.explain(text, settings);
  }

  private makeExplainer(): Pick<Explainer, 'explain'> {
    const of = ({ vectorizer, network, head }: Member): Explainer => new Explainer(vectorizer, network, head);
    const { main, wide } = this;
    return wide ? explainTogether(of(main), of(wide), wide.share) : of(main);
  }
}

/** Both networks in an arena, ready to rate. @param batch texts at a time */
export function placeModel(parts: ModelParts, engine: Engine, batch: number): Rater {
  const place = (of: NetworkParts): Member => ({
    vectorizer: of.vectorizer,
    head: of.head,
    network: placeNetwork(of, engine.arena),
  });
  const { wide } = parts;
  return new Rater(engine, place(parts), wide && { ...place(wide), share: wide.share }, batch);
}

/**
 * Why a text got its rating: the exact share of each term of the vocabulary in it. Plain float64 arithmetic over the rows
 * of the first weights that the text names; kernels and engine are not needed.
 *
 * The contribution of a term is its entry in the input times the rating's gradient by it, averaged along the straight
 * path from the empty review to the review. So base + contributions = rating, a term without any effect on the way has
 * the contribution 0, and terms that enter in the same way share equally.
 */
import { ACTIVATION_CODE } from '../kernels/ops.ts';
import type { Head } from '../network/heads.ts';
import { addMatrixRow, dotMatrixRow, type Matrix } from '../network/matrix.ts';
import type { Network } from '../network/network.ts';
import { wordSpans } from '../text/spans.ts';
import type { Vectorizer } from '../text/vectorizer.ts';
import { activeMap } from './active-map.ts';
import { type Activity, type Chain, chainOf, runChain } from './chain.ts';
import { integrateExactly } from './exact-path.ts';
import type {
  ActiveUnits,
  ExplainSettings,
  Explanation,
  OutputSplit,
  TermContribution,
} from './explanation.ts';
import { distributionAt, ratingAt } from './rating-path.ts';
import { integrateInSteps } from './small-steps.ts';
import { placesOf, sharesOfWords } from './words.ts';

/** Smooth activations: no contribution moves by more than this when the steps are halved, before extrapolation. */
const TOLERANCE = 1e-5;

export class Explainer {
  private readonly vectorizer: Vectorizer;
  private readonly head: Head;
  private readonly first: Matrix;
  private readonly chain: Chain;
  private readonly linear: boolean;

  /** Copies the weights above the first layer; those of the first layer must stay as they are. */
  constructor(vectorizer: Vectorizer, network: Network, head: Head) {
    this.vectorizer = vectorizer;
    this.head = head;
    this.first = (network.layers[0] ?? network.head).weights;
    this.chain = chainOf(network);
    this.linear =
      network.activation === 'rectifier' || network.activation === 'leaky' || this.chain.depth === 0;
  }

  explain(text: string, settings: ExplainSettings = {}): Explanation {
    const { vectorizer, chain, head, first } = this;
    const x = vectorizer.transform([text]);
    const columns = Array.from(x.columns);
    const values = columns.map((_, e) => (x.values ? x.values[e] : 1));
    const direction = new Float64Array(first.cols);
    columns.forEach((column, e) => {
      addMatrixRow(first, column, values[e], direction);
    });
    const activity = runChain(
      chain,
      chain.bias[0].map((bias, unit) => bias + direction[unit]),
    );
    const outputs = activity.z[chain.depth];
    const rating = ratingAt(head, outputs);
    const base = ratingAt(head, runChain(chain, chain.bias[0]).z[chain.depth]);
    const split = (gradient: Float64Array): number[] =>
      columns.map((column, e) => values[e] * dotMatrixRow(first, column, gradient));
    const contributions = split(this.integrate(direction, split));

    const order = columns
      .map((_, e) => e)
      .sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]));
    const spans = wordSpans(text, vectorizer.options);
    const occurrences = vectorizer.occurrences(spans.map(({ word }) => word));
    const places = placesOf(spans, occurrences);
    const terms = order.map(
      (e): TermContribution => ({
        term: vectorizer.vocabulary.terms[columns[e]],
        contribution: contributions[e],
        value: values[e],
        places: places.get(columns[e]) ?? [],
      }),
    );
    const distribution = distributionAt(head, outputs);
    const byColumn = new Map(columns.map((column, e) => [column, contributions[e]]));
    return {
      rating,
      distribution: distribution && Array.from(distribution),
      base,
      contributions: terms,
      residual: terms.reduce((left, { contribution }) => left - contribution, rating - base),
      words: sharesOfWords(spans, occurrences, byColumn),
      perLevel: this.linear ? this.perLevel(activity, split, order) : null,
      activeUnits: activity.h.map((_, l) => this.activeUnits(activity, l, settings.units ?? false)),
      unknownWords: vectorizer.unknownWords(text),
    };
  }

  private integrate(direction: Float64Array, split: (gradient: Float64Array) => number[]): Float64Array {
    if (this.linear) return integrateExactly(this.chain, this.head, direction);
    const difference = (a: Float64Array, b: Float64Array): number =>
      split(a.map((value, unit) => value - b[unit])).reduce((most, by) => Math.max(most, Math.abs(by)), 0);
    return integrateInSteps(this.chain, this.head, direction, difference, TOLERANCE);
  }

  private perLevel(
    activity: Activity,
    split: (gradient: Float64Array) => number[],
    order: readonly number[],
  ): OutputSplit[] {
    const { kind, levels, mean, std } = this.head;
    const { bias, gradients } = activeMap(this.chain, activity);
    const values = activity.z[this.chain.depth];
    // The linear head's output is standardised: mean + std output is the rating, before it is kept on the scale.
    const [shift, scale] = kind === 'linear' ? [mean, std] : [0, 1];
    return gradients.map((gradient, output) => {
      const contributions = split(gradient);
      return {
        level: kind === 'linear' ? null : levels[output],
        bias: shift + scale * bias[output],
        contributions: order.map((e) => scale * contributions[e]),
        value: shift + scale * values[output],
      };
    });
  }

  private activeUnits({ z, h }: Activity, layer: number, list: boolean): ActiveUnits {
    const outputs =
      this.chain.kind === ACTIVATION_CODE.leaky ? z[layer].map((value) => Math.max(value, 0)) : h[layer];
    const units = Array.from(outputs.keys()).filter((unit) => outputs[unit] !== 0);
    return { active: units.length, of: outputs.length, ...(list ? { units } : {}) };
  }
}

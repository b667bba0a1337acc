/** The explanation of a weighted mean of two ratings of a text, from the explanations of both: again an exact sum. */
import type { Explainer } from './explainer.ts';
import type { Explanation, OutputSplit, TermContribution } from './explanation.ts';

/** Explains what two models say together. @param share of the second */
export function explainTogether(
  network: Explainer,
  wide: Explainer,
  share: number,
): Pick<Explainer, 'explain'> {
  return {
    explain: (text, settings) =>
      blendExplanations(network.explain(text, settings), wide.explain(text, settings), share),
  };
}

/**
 * @param network of the network; its units and its levels are the result's
 * @param wide of the linear model beside it, of the same text, cut into the same words
 * @param share of the linear model, 0 to 1
 */
export function blendExplanations(network: Explanation, wide: Explanation, share: number): Explanation {
  const blend = (a: number, b: number): number => a + share * (b - a);
  const terms = new Map<string, TermContribution>();
  for (const term of network.contributions) {
    terms.set(term.term, { ...term, contribution: (1 - share) * term.contribution });
  }
  for (const term of wide.contributions) {
    const known = terms.get(term.term);
    const contribution = share * term.contribution;
    terms.set(
      term.term,
      known ? { ...known, contribution: known.contribution + contribution } : { ...term, contribution },
    );
  }
  const contributions = [...terms.values()].sort(
    (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution),
  );
  const rating = blend(network.rating, wide.rating);
  const base = blend(network.base, wide.base);
  const distribution =
    network.distribution &&
    wide.distribution &&
    network.distribution.map((p, k) => blend(p, wide.distribution![k]));
  return {
    ...network,
    rating,
    distribution,
    base,
    contributions,
    residual: contributions.reduce((left, { contribution }) => left - contribution, rating - base),
    words: network.words.map((word, i) => ({
      ...word,
      contribution: blend(word.contribution, wide.words[i].contribution),
      known: word.known || wide.words[i].known,
    })),
    perLevel: network.perLevel && inOrder(network.perLevel, network.contributions, contributions),
    unknownWords: network.unknownWords.filter((word) => wide.unknownWords.includes(word)),
    wideShare: share,
  };
}

/** The network's sums with a place for each term of the whole: 0 for those that only the linear model knows. */
function inOrder(
  perLevel: readonly OutputSplit[],
  from: readonly TermContribution[],
  to: readonly TermContribution[],
): OutputSplit[] {
  const places = new Map(from.map(({ term }, i) => [term, i]));
  const order = to.map(({ term }) => places.get(term));
  return perLevel.map((split) => ({
    ...split,
    contributions: order.map((place) => (place === undefined ? 0 : split.contributions[place])),
  }));
}

/**
 * The worst mistakes of a fold, and just enough of its model to explain them afterwards: the rows of the first weights
 * that these reviews name, and all above. A fold's whole model would be too much to bring home from its thread, and its
 * texts are not where it runs. Not the explanation itself: see explanation/excerpt.ts.
 */
import type { Head } from '../network/heads.ts';
import { addMatrixRow } from '../network/matrix.ts';
import { exportLayer, type Layer, type LayerData, type Network } from '../network/network.ts';
import type { TokenCorpus } from '../text/token-corpus.ts';
import type { Vectorizer } from '../text/vectorizer.ts';

/** A model for some reviews only: these it rates and explains as the whole one does. */
export interface ModelExcerpt extends NetworkExcerpt {
  /** The linear model beside the network; absent when there is none. */
  readonly wide?: NetworkExcerpt & { readonly share: number };
}

export interface NetworkExcerpt {
  readonly head: Head;
  /** The terms that occur in the reviews, as `Vectorizer.toJSON` gives them. */
  readonly vocabulary: ReturnType<Vectorizer['toJSON']>;
  /** The hidden layers, then the head; the first has a row for each of these terms. */
  readonly layers: readonly LayerData[];
}

/** Places (in the arrays) of the reviews that are rated most too high, and most too low; the worst first. */
export function worstMistakes(
  { actual, predicted }: { readonly actual: Float64Array; readonly predicted: Float64Array },
  most: number,
): { readonly tooHigh: number[]; readonly tooLow: number[] } {
  const error = (i: number): number => predicted[i] - actual[i];
  const order = Array.from(actual.keys()).sort((a, b) => error(b) - error(a));
  return {
    tooHigh: order.slice(0, most).filter((i) => error(i) > 0),
    tooLow: order
      .slice(Math.max(0, order.length - most))
      .reverse()
      .filter((i) => error(i) < 0),
  };
}

/** @param rows reviews of the corpus; the work and the memory grow with the different terms in them */
export function excerptFor(
  rows: ArrayLike<number>,
  tokens: TokenCorpus,
  vectorizer: Vectorizer,
  network: Network,
  head: Head,
): NetworkExcerpt {
  const columns = [...new Set(vectorizer.transformCorpus(tokens, rows).columns)].sort((a, b) => a - b);
  const { terms, documentFrequency, documents, weights } = vectorizer.vocabulary;
  const [first, ...above] = [...network.layers, network.head];
  return {
    head,
    vocabulary: {
      terms: columns.map((column) => terms[column]),
      documentFrequency: columns.map((column) => documentFrequency[column]),
      documents,
      ...(weights ? { weights: columns.map((column) => weights[column]) } : {}),
    },
    layers: [exportRows(first, columns), ...above.map(exportLayer)],
  };
}

function exportRows({ weights, bias }: Layer, rows: readonly number[]): LayerData {
  const { cols } = weights;
  const out = new Float32Array(rows.length * cols);
  const row = new Float64Array(cols);
  rows.forEach((r, i) => {
    addMatrixRow(weights, r, 1, row.fill(0));
    out.set(row, i * cols);
  });
  return { inputs: rows.length, units: cols, weights: out, bias: bias.slice(0, cols) };
}

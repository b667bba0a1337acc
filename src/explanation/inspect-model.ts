/**
 * What a model knows: its strongest terms, terms that it takes for alike, and what its hidden units listen to. Terms are
 * measured by what the network does with a review of that term alone, not by a weight, which deeper layers may undo.
 */
import type { Review } from '../corpus/review.ts';
import { StarlingError } from '../errors.ts';
import { type Calibration, CalibrationTally } from '../evaluation/calibration.ts';
import { nearest } from '../nearest.ts';
import { type Head, ratingsOf } from '../network/heads.ts';
import { addMatrixRow, dotMatrixRow } from '../network/matrix.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import type { ReviewSource } from '../text/review-corpus.ts';
import { tokenize } from '../text/tokenize.ts';
import type { Vectorizer } from '../text/vectorizer.ts';
import type { Drive, InspectSettings, LayerInspection, ModelInspection, NearTerms } from './knowledge.ts';
import { batchEntry, type Instruments, runRows, UnitUse } from './unit-use.ts';

interface Part extends Instruments {
  readonly vectorizer: Vectorizer;
  readonly head: Head;
}

export interface Insides extends Part {
  /** The linear model beside the network, and its share of the rating. */
  readonly wide: (Part & { readonly share: number }) | null;
  /** Per hidden layer: sparsity on the rated reviews of the training. */
  readonly sparsity: readonly number[];
}

const LISTED = 10;
/** Reviews that are read before they go through the network together. */
const CHUNK = 4096;

/** @throws StarlingError BAD_OPTION when a term that is asked for is not in the vocabulary, or what reading throws */
export async function inspectModel(insides: Insides, settings: InspectSettings): Promise<ModelInspection> {
  const { vectorizer, network, head } = insides;
  const { terms, documentFrequency } = vectorizer.vocabulary;
  const listed = settings.listed ?? LISTED;
  const near = (settings.terms ?? []).map((term) => nearTerms(insides, term, listed));

  const use = new UnitUse(network);
  const single = oneTermReviews(terms.length);
  let measured: { reviews: number; calibration: Calibration | null } | null = null;
  if (settings.reviews) measured = await measureOn(settings.reviews, insides, use);
  else {
    runRows(insides, single, (at, size) =>
      use.add(insides.space, size, (row) => documentFrequency[at + row]),
    );
  }

  const chosen = network.layers.map((_, l) => use.mostUsed(l, listed));
  const empty = respond(insides, emptyReview(terms.length), chosen);
  const alone = respond(insides, single, chosen);
  const own = terms.map((term, t) => ({
    term,
    rating: alone.ratings[t],
    documentFrequency: documentFrequency[t],
  }));
  const { base, effects } = withWide(insides.wide, empty.ratings[0], own);
  const layers = network.layers.map(
    (layer, l): LayerInspection => ({
      units: layer.weights.cols,
      sparsity: insides.sparsity[l],
      deadUnits: use.dead(l),
      mostUsed: chosen[l].map((unit, i) => ({
        unit,
        active: use.activeShare(l, unit),
        output: use.meanOutput(l, unit),
        ...drivesOf(terms, alone.pre[l][i], empty.pre[l][i][0], listed),
      })),
    }),
  );
  return {
    base,
    positive: effects.slice(0, listed).filter(({ effect }) => effect > 0),
    negative: effects
      .slice(Math.max(0, effects.length - listed))
      .reverse()
      .filter(({ effect }) => effect < 0),
    near,
    layers,
    reviews: measured?.reviews ?? null,
    calibration: head.kind === 'linear' ? null : (measured?.calibration ?? null),
  };
}

/** What the network makes of a review of a term alone. */
interface TermAlone {
  readonly term: string;
  readonly rating: number;
  readonly documentFrequency: number;
}

/** What the whole model makes of reviews of one term: against an empty one, the strongest upwards first. */
function withWide(wide: Insides['wide'], empty: number, own: readonly TermAlone[]) {
  const share = wide?.share ?? 0;
  const terms = wide?.vectorizer.vocabulary.terms ?? [];
  const wideEmpty = wide ? respond(wide, emptyReview(terms.length), []).ratings[0] : 0;
  const wideAlone = wide ? respond(wide, oneTermReviews(terms.length), []).ratings : [];
  const ofWide = new Map(terms.map((term, t) => [term, wideAlone[t]]));
  const known = new Set(own.map(({ term }) => term));
  const others = terms.flatMap((term, t): TermAlone[] =>
    known.has(term)
      ? []
      : [{ term, rating: empty, documentFrequency: wide!.vectorizer.vocabulary.documentFrequency[t] }],
  );
  const blend = (a: number, b: number): number => (wide ? a + share * (b - a) : a);
  const base = blend(empty, wideEmpty);
  const effects = [...own, ...others]
    .map(({ term, rating, documentFrequency }) => ({
      term,
      effect: blend(rating, ofWide.get(term) ?? wideEmpty) - base,
      documentFrequency,
    }))
    .sort((a, b) => b.effect - a.effect);
  return { base, effects };
}

/** A review per term, which holds nothing else. With any weighting its one entry is 1, or 0 for a term without weight. */
function oneTermReviews(terms: number): CsrMatrix {
  const columns = Uint32Array.from({ length: terms }, (_, term) => term);
  const rowStart = Uint32Array.from({ length: terms + 1 }, (_, row) => row);
  return { rows: terms, cols: terms, rowStart, columns, values: null };
}

function emptyReview(terms: number): CsrMatrix {
  return { rows: 1, cols: terms, rowStart: new Uint32Array(2), columns: new Uint32Array(0), values: null };
}

/** What the network makes of each row: its rating, and the pre-activations of chosen units, by layer and choice. */
function respond(
  insides: Part,
  x: CsrMatrix,
  chosen: readonly (readonly number[])[],
): { ratings: Float64Array; pre: Float32Array[][] } {
  const { space, head } = insides;
  const ratings = new Float64Array(x.rows);
  const pre = chosen.map((units) => units.map(() => new Float32Array(x.rows)));
  runRows(insides, x, (at, size) => {
    ratingsOf(head, space.out, size, ratings.subarray(at, at + size));
    chosen.forEach((units, l) => {
      units.forEach((unit, i) => {
        for (let row = 0; row < size; row++) {
          pre[l][i][at + row] = batchEntry(space.layers[l].z, size, row, unit);
        }
      });
    });
  });
  return { ratings, pre };
}

function drivesOf(
  terms: readonly string[],
  pre: Float32Array,
  base: number,
  listed: number,
): { raisedBy: Drive[]; loweredBy: Drive[] } {
  const order = Array.from(pre.keys()).sort((a, b) => pre[b] - pre[a]);
  const drive = (t: number): Drive => ({ term: terms[t], by: pre[t] - base });
  return {
    raisedBy: order
      .slice(0, listed)
      .map(drive)
      .filter(({ by }) => by > 0),
    loweredBy: order
      .slice(Math.max(0, order.length - listed))
      .reverse()
      .map(drive)
      .filter(({ by }) => by < 0),
  };
}

/** Cosines of the rows of the first layer's weights: terms that have the same effect on it. */
function nearTerms({ vectorizer, network }: Insides, asked: string, listed: number): NearTerms {
  const { terms } = vectorizer.vocabulary;
  const term = tokenize(asked, vectorizer.options).join(' ');
  const own = terms.indexOf(term);
  if (own < 0) {
    const like = nearest(term, terms);
    throw new StarlingError(
      'BAD_OPTION',
      `the model does not know the term "${asked}"`,
      like === undefined ? 'Its terms are in the vocabulary.json of its folder.' : `Did you mean "${like}"?`,
    );
  }
  const { weights } = network.layers[0] ?? network.head;
  const rowOf = (row: number): Float64Array => {
    const values = new Float64Array(weights.cols);
    addMatrixRow(weights, row, 1, values);
    return values;
  };
  const wanted = rowOf(own);
  const square = dotMatrixRow(weights, own, wanted);
  const similarity = terms.map((_, t) => {
    const lengths = Math.sqrt(square * dotMatrixRow(weights, t, rowOf(t)));
    return lengths === 0 ? 0 : dotMatrixRow(weights, t, wanted) / lengths;
  });
  const order = terms
    .map((_, t) => t)
    .filter((t) => t !== own)
    .sort((a, b) => similarity[b] - similarity[a]);
  return {
    term: asked,
    nearest: order.slice(0, listed).map((t) => ({ term: terms[t], similarity: similarity[t] })),
  };
}

/** Runs reviews through the network: the use of its units, and the calibration on those that are rated. */
async function measureOn(
  reviews: ReviewSource,
  insides: Insides,
  use: UnitUse,
): Promise<{ reviews: number; calibration: Calibration | null }> {
  const { head, space } = insides;
  const tally = new CalibrationTally(head.levels);
  const levels = head.levels.length;
  let count = 0;
  const measure = (chunk: readonly Review[]): void => {
    const texts = chunk.map(({ text }) => text);
    const distribution = new Float64Array(chunk.length * levels);
    const add = (part: Part, share: number, see: (size: number) => void): void => {
      runRows(part, part.vectorizer.transform(texts), (at, size) => {
        see(size);
        if (head.kind === 'linear') return;
        const here = new Float64Array(size * levels);
        ratingsOf(head, part.space.out, size, new Float64Array(size), here);
        for (let i = 0; i < here.length; i++) distribution[at * levels + i] += share * here[i];
      });
    };
    const share = insides.wide?.share ?? 0;
    add(insides, 1 - share, (size) => use.add(space, size, () => 1));
    if (insides.wide) add(insides.wide, share, () => {});
    chunk.forEach(({ rating }, row) => {
      if (head.kind === 'linear' || rating === null) return;
      tally.add(distribution.subarray(row * levels, (row + 1) * levels), rating);
    });
    count += chunk.length;
  };
  let chunk: Review[] = [];
  for await (const review of reviews) {
    chunk.push(review);
    if (chunk.length < CHUNK) continue;
    measure(chunk);
    chunk = [];
  }
  measure(chunk);
  return { reviews: count, calibration: tally.result() };
}

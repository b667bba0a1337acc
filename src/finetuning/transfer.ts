/**
 * Transfer: the hidden units of a model that learned from other reviews are put beside those that were pre-trained on these,
 * and what its head makes of them is where the new head begins. Fine-tuning goes on from there, in all units: the
 * fewer reviews are rated, the more such a beginning is worth (docs/results.md).
 */
import { setRowMajor, toRowMajor } from '../network/matrix.ts';
import type { Layer, LayerData } from '../network/network.ts';
import type { Options } from '../options.ts';
import type { EncoderData } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { Vectorizer } from '../text/vectorizer.ts';

/** What is taken over of a model with one hidden layer: plain data, for other threads too. */
export interface TransferData {
  /** As the user calls it. */
  readonly name: string;
  /** Its options: what is taken over must read the same words, and go through the same activation. */
  readonly options: Options;
  readonly terms: readonly string[];
  /** The hidden layers, the first of them terms x units, and the head, units x levels. */
  readonly layers: readonly LayerData[];
}

/** Encoders and options with which a network begins. */
export interface Begun {
  readonly encoders: EncoderData;
  readonly options: Options;
  readonly taken: Taken | null;
}

/** What was taken over, in figures. */
export interface Taken {
  readonly model: string;
  readonly units: number;
}

/** What decides whether a unit computes the same in both networks. */
const SAME = ['stem', 'stopWords', 'punctuation', 'weighting', 'activation', 'alpha', 'negateHalf'] as const;
/** The terms here that are looked at, the most frequent ones, and the part of them that the other model must know. */
const MOST_FREQUENT = 500;
const LEAST_KNOWN = 0.5;

/**
 * What a network begins with: the encoders, and beside their units those of another model where that is possible and of use.
 * Whether it is, and why not, is told as a rule.
 */
export function takeOver(
  encoders: EncoderData,
  options: Options,
  transfer: TransferData | null,
  onProgress?: OnProgress,
): Begun {
  const asTheyWere = { encoders, options, taken: null };
  if (!transfer || encoders.vectorizer.vocabulary.terms.length === 0) return asTheyWere;
  const problem = whyNot(encoders, options, transfer);
  const say = (what: string): void => {
    const rule = `hidden units: ${what} ("transfer" to choose)`;
    onProgress?.({ phase: 'finetune', fraction: 0, epochEnd: false, rule });
  };
  if (problem !== null) {
    say(`none of the model ${transfer.name} are taken over, since ${problem}`);
    return asTheyWere;
  }
  const widened = withUnits(encoders, options, transfer);
  const [own, both] = [encoders.layers[0].units, widened.layers[0].units];
  const taken = { model: transfer.name, units: both - own };
  const count = (n: number): string => n.toLocaleString('en-US');
  say(`${count(taken.units)} of the model ${transfer.name} beside ${count(own)} of its own`);
  return { encoders: widened, options: { ...options, hidden: [both] }, taken };
}

/** Why nothing can be taken over, or would be of use; null when something can. */
function whyNot(
  { vectorizer, layers }: EncoderData,
  options: Options,
  transfer: TransferData,
): string | null {
  if (transfer.layers.length !== 2) return 'it has not one hidden layer';
  if (layers.length !== 1 || options.hidden.length !== 1)
    return 'they would stand beside one pre-trained hidden layer only';
  const other = SAME.find((name) => options[name] !== transfer.options[name]);
  if (other) return `"${other}" is ${transfer.options[other]} there and ${options[other]} here`;
  const frequent = vectorizer.vocabulary.terms.slice(0, MOST_FREQUENT);
  const known = new Set(transfer.terms);
  const part = frequent.filter((term) => known.has(term)).length / frequent.length;
  return part < LEAST_KNOWN
    ? `it knows ${Math.round(100 * part)} % of the most frequent terms here, and must know half`
    : null;
}

/** The vocabulary with the other model's terms behind it, and one layer of all units. */
function withUnits(encoders: EncoderData, { ngrams }: Options, { terms, layers }: TransferData): EncoderData {
  const { vocabulary, options } = encoders.vectorizer;
  const [own] = encoders.layers;
  const [more, head] = layers;
  const columns = new Map(vocabulary.terms.map((term, column) => [term, column]));
  const all = [...vocabulary.terms];
  // A longer run of words than is asked for would be found by nobody else who reads this vocabulary.
  const rows = terms.map((term) => {
    if (term.split(' ').length > ngrams) return -1;
    return columns.get(term) ?? all.push(term) - 1;
  });
  const units = own.units + more.units;
  const weights = new Float32Array(all.length * units);
  const put = (row: number, at: number, { weights: from, units: n }: LayerData, i: number): void =>
    weights.set(from.subarray(i * n, (i + 1) * n), row * units + at);
  for (let i = 0; i < own.inputs; i++) put(i, 0, own, i);
  rows.forEach((row, i) => {
    if (row >= 0) put(row, own.units, more, i);
  });
  const bias = new Float32Array(units);
  bias.set(own.bias);
  bias.set(more.bias, own.units);
  const documentFrequency = new Uint32Array(all.length);
  documentFrequency.set(vocabulary.documentFrequency);
  return {
    ...encoders,
    vectorizer: new Vectorizer(options, { ...vocabulary, terms: all, documentFrequency }),
    layers: [{ inputs: all.length, units, weights, bias }],
    // A linear head, or one level, says nothing of where levels begin.
    head: head.units > 1 ? head : undefined,
  };
}

/**
 * Lets a softmax head begin with what an earlier one makes of the last units. Its levels are laid over these from end to
 * end; a level between two of them begins between them.
 * @param head units x outputs @param from the earlier one, for the last units; at least two levels each
 * @param mirrored where a low rating is what a high one was there, such as marks of which 1 is the best
 */
export function beginHead(head: Layer, from: LayerData, mirrored: boolean): void {
  const { weights, bias } = head;
  const rows = toRowMajor(weights);
  const first = weights.rows - from.inputs;
  for (let output = 0; output < weights.cols; output++) {
    const place = ((mirrored ? weights.cols - 1 - output : output) * (from.units - 1)) / (weights.cols - 1);
    const low = Math.min(from.units - 2, Math.floor(place));
    const between = (row: Float32Array, at: number): number =>
      row[at + low] + (place - low) * (row[at + low + 1] - row[at + low]);
    for (let unit = 0; unit < from.inputs; unit++)
      rows[(first + unit) * weights.cols + output] = between(from.weights, unit * from.units);
    bias[output] = between(from.bias, 0);
  }
  setRowMajor(weights, rows);
}

/** Standard errors by which a correlation must be negative: with few reviews chance makes it so, and a wrong turn is hard to unlearn. */
const SURELY = 2;

/** Whether the scale is turned around, to judge by what a head that has begun says of rated reviews. */
export function isMirrored(rated: Float64Array, actual: Float64Array): boolean {
  const mean = (of: Float64Array): number => of.reduce((a, b) => a + b, 0) / of.length;
  const [x, y] = [mean(rated), mean(actual)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < rated.length; i++) {
    xx += (rated[i] - x) ** 2;
    xy += (rated[i] - x) * (actual[i] - y);
    yy += (actual[i] - y) ** 2;
  }
  return xy * Math.sqrt(rated.length) < -SURELY * Math.sqrt(xx * yy);
}

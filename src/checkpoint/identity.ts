/**
 * Which run a checkpoint belongs to: what decides every number of it. A run may go on from a checkpoint only when all of
 * this is the same, or it would end with numbers that no run of its own gives.
 */
import { createHash } from 'node:crypto';
import { shownValue } from '../errors.ts';
import type { Options } from '../options.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { VERSION } from '../version.ts';

export interface RunIdentity {
  readonly run: 'pretrain' | 'train' | 'crossvalidate' | 'experiment' | 'tune';
  /** Of starling. */
  readonly version: string;
  /** Which kernels: others round differently. */
  readonly engine: string;
  /** Without `threads` and `engine`: the number of threads changes no number, and what computes stands above. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly reviews: { readonly count: number; readonly rated: number; readonly fingerprint: string };
  /** What else decides: the rating scale, given encoders. Null where there is none. */
  readonly levels: readonly number[] | null;
  readonly encoders: string | null;
  /** Of the model whose units are taken over. */
  readonly transfer: string | null;
  readonly keepMistakes: number;
}

export function identityOf(
  run: RunIdentity['run'],
  { threads: _threads, engine: _engine, ...options }: Options,
  engine: string,
  corpus: ReviewCorpus,
  more: {
    readonly levels?: readonly number[];
    readonly encoders?: GivenEncoders;
    readonly transfer?: GivenUnits | null;
    readonly keepMistakes?: number;
  } = {},
): RunIdentity {
  const { tokens, ratings, rated } = corpus;
  const texts = Float64Array.from({ length: tokens.length }, (_, row) => tokens.fingerprint(row));
  return {
    run,
    version: VERSION,
    engine,
    options,
    reviews: { count: tokens.length, rated: rated.length, fingerprint: digest([texts, ratings]) },
    levels: more.levels ?? null,
    encoders: more.encoders ? digestOf(more.encoders.vectorizer.toJSON(), more.encoders.layers) : null,
    transfer: more.transfer ? digestOf(more.transfer.terms, more.transfer.layers) : null,
    keepMistakes: more.keepMistakes ?? 0,
  };
}

interface GivenLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface GivenEncoders {
  readonly vectorizer: { toJSON(): unknown };
  readonly layers: readonly GivenLayer[];
}

export interface GivenUnits {
  readonly terms: readonly string[];
  readonly layers: readonly GivenLayer[];
}

function digestOf(vocabulary: unknown, layers: readonly GivenLayer[]): string {
  const words = Buffer.from(JSON.stringify(vocabulary));
  return digest([words, ...layers.flatMap(({ weights, bias }) => [weights, bias])]);
}

/** SHA-256 of numbers as they are in memory, in hexadecimal. */
export function digest(parts: Iterable<ArrayBufferView>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
}

/** What differs, in words; empty when it is the same run. @param before as it was read, so of any shape */
export function differences(before: unknown, now: RunIdentity): string[] {
  const was = asObject(before);
  const found: string[] = [];
  const compare = (name: string, a: unknown, b: unknown): void => {
    const [old, fresh] = [a, b].map((value) => (value === undefined ? 'not set' : shownValue(value, 1e6)));
    if (old !== fresh) found.push(`${name} was ${shownValue(a)}, now it is ${shownValue(b)}`);
  };
  compare('the kind of run', was.run, now.run);
  compare('the version of starling', was.version, now.version);
  compare('the engine', was.engine, now.engine);
  const options = asObject(was.options);
  for (const name of Object.keys(now.options)) compare(name, options[name], now.options[name]);
  compare('levels', was.levels, now.levels);
  compare('keepMistakes', was.keepMistakes, now.keepMistakes);
  if ((was.encoders ?? null) !== now.encoders) found.push('the given encoders are others');
  if ((was.transfer ?? null) !== now.transfer) found.push('the model to transfer from is another');
  const reviews = asObject(was.reviews);
  compare('the number of reviews', reviews.count, now.reviews.count);
  compare('the number of rated reviews', reviews.rated, now.reviews.rated);
  if (reviews.fingerprint !== now.reviews.fingerprint) {
    found.push('the reviews are others, or in another order');
  }
  return found;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

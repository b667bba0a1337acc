/**
 * Tokenised reviews as integers: four bytes per word plus one table of distinct words. Vocabularies and vectors of any
 * subset of the reviews (a fold's training part) are made from it without touching text again.
 */
import { normaliseWord, splitWords, type TokenOptions } from './tokenize.ts';

const CHUNK = 1 << 20;

/** Shared where the platform has shared memory, so that workers can read it without a copy. */
function integers(length: number): Int32Array {
  return typeof SharedArrayBuffer === 'undefined'
    ? new Int32Array(length)
    : new Int32Array(new SharedArrayBuffer(4 * length));
}

/** A corpus as plain data, for another thread. */
export interface TokenCorpusData {
  readonly options: TokenOptions;
  readonly words: string[];
  readonly chunks: Int32Array[];
  readonly chunkOf: Uint32Array;
  readonly startOf: Uint32Array;
  readonly lengthOf: Uint32Array;
  readonly fingerprints: Float64Array;
  readonly count: number;
}

/** Word number of what is dropped (a stop word). */
const DROPPED = -1;

export class TokenCorpus {
  readonly options: TokenOptions;
  /** Distinct words; a word's number is its place here. */
  readonly words: string[];
  private readonly numbers = new Map<string, number>();
  private readonly wordNumbers = new Map<string, number>();
  private readonly chunks: Int32Array[];
  private filled = CHUNK;
  private chunkOf: Uint32Array = new Uint32Array(1024);
  private startOf: Uint32Array = new Uint32Array(1024);
  private lengthOf: Uint32Array = new Uint32Array(1024);
  private fingerprints: Float64Array = new Float64Array(1024);
  private count = 0;

  /** @param data another corpus, to be read only: nothing can be added to it */
  constructor(options: TokenOptions, data?: TokenCorpusData) {
    this.options = options;
    this.words = data?.words ?? [];
    this.chunks = data?.chunks ?? [];
    if (data) {
      this.chunkOf = data.chunkOf;
      this.startOf = data.startOf;
      this.lengthOf = data.lengthOf;
      this.fingerprints = data.fingerprints;
      this.count = data.count;
    }
  }

  /** This corpus for another thread. */
  toData(): TokenCorpusData {
    const { options, words, chunks, chunkOf, startOf, lengthOf, fingerprints, count } = this;
    return { options, words, chunks, chunkOf, startOf, lengthOf, fingerprints, count };
  }

  /** Number of reviews. */
  get length(): number {
    return this.count;
  }

  /** Adds a review; its number is the count before. */
  add(text: string): void {
    const words = splitWords(text, this.options.punctuation);
    if (this.filled + words.length > (this.chunks.at(-1)?.length ?? 0)) {
      this.chunks.push(integers(Math.max(CHUNK, words.length)));
      this.filled = 0;
    }
    if (this.count === this.startOf.length) this.grow();
    const chunk = this.chunks[this.chunks.length - 1];
    let at = this.filled;
    for (const word of words) {
      const number = this.numberOf(word);
      if (number !== DROPPED) chunk[at++] = number;
    }
    this.chunkOf[this.count] = this.chunks.length - 1;
    this.startOf[this.count] = this.filled;
    this.lengthOf[this.count] = at - this.filled;
    this.fingerprints[this.count] = fingerprintOf(text);
    this.filled = at;
    this.count++;
  }

  /** Word numbers of a review, in order: a view, not a copy. */
  tokens(review: number): Int32Array {
    const from = this.startOf[review];
    return this.chunks[this.chunkOf[review]].subarray(from, from + this.lengthOf[review]);
  }

  /** Equal for reviews of the same text (spaces at the ends aside): 53 bits of a hash. */
  fingerprint(review: number): number {
    return this.fingerprints[review];
  }

  private numberOf(word: string): number {
    const known = this.wordNumbers.get(word);
    if (known !== undefined) return known;
    const normal = normaliseWord(word, this.options);
    let number = DROPPED;
    if (normal !== null) {
      number = this.numbers.get(normal) ?? this.words.length;
      if (number === this.words.length) {
        this.words.push(normal);
        this.numbers.set(normal, number);
      }
    }
    this.wordNumbers.set(word, number);
    return number;
  }

  private grow(): void {
    const longer = <T extends Uint32Array | Float64Array>(array: T, empty: T): T => {
      empty.set(array);
      return empty;
    };
    const length = this.startOf.length * 2;
    this.chunkOf = longer(this.chunkOf, new Uint32Array(length));
    this.startOf = longer(this.startOf, new Uint32Array(length));
    this.lengthOf = longer(this.lengthOf, new Uint32Array(length));
    this.fingerprints = longer(this.fingerprints, new Float64Array(length));
  }
}

/** 53 bits of a hash of the trimmed text (cyrb53, public domain). */
export function fingerprintOf(text: string): number {
  const trimmed = text.trim();
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < trimmed.length; i++) {
    const code = trimmed.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

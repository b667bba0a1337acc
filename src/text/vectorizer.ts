/**
 * Reviews to rows of a sparse matrix over a fixed vocabulary: binary presence, counts, or TF-IDF (smooth idf
 * ln((1 + n) / (1 + df)) + 1, rows of Euclidean length 1); or, where the vocabulary has weights, presence times weight in rows
 * of length 1, whatever the option says. Terms are found by walking a trie over word numbers.
 */
import { StarlingError } from '../errors.ts';
import type { Options } from '../options.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import { PairTable } from './pair-table.ts';
import type { TokenCorpus } from './token-corpus.ts';
import { tokenize } from './tokenize.ts';
import { buildVocabulary, type Vocabulary } from './vocabulary.ts';

export const textOptionNames = [
  'ngrams',
  'vocabularySize',
  'minDocumentFrequency',
  'maxDocumentFrequency',
  'weighting',
  'stem',
  'stopWords',
  'punctuation',
] as const;
export type TextOptions = Pick<Options, (typeof textOptionNames)[number]>;

/** A term in a text: its column, and its first and last word, by number from 0. */
export interface TermOccurrence {
  readonly column: number;
  readonly first: number;
  readonly last: number;
}

/** Words of a vocabulary are fewer, and so are the nodes of its trie. */
const MOST_WORDS = 2 ** 26;

export class Vectorizer {
  readonly options: TextOptions;
  readonly vocabulary: Vocabulary;
  /** Words that occur in terms, by number. */
  private readonly words = new Map<string, number>();
  /** From (trie node, word) to the next node; node 0 is the root. */
  private readonly trie: PairTable;
  /** Column of the term that ends at a node, or -1. */
  private readonly termAt: Int32Array;
  private readonly longest: number;
  /** Factors of the terms, for weightings whose rows have the length 1; null for the others. */
  private readonly factors: Float64Array | null;
  /** Whether a term counts as often as it occurs. */
  private readonly counting: boolean;
  /** Trie node of each word as the first of a term; 0 when no term begins with it. */
  private readonly firstNode: Int32Array;
  /** Scratch: how often each term occurs in a row (zero between rows), and the terms that do. */
  private readonly count: Uint32Array;
  private found = new Uint32Array(1024);

  constructor(options: TextOptions, vocabulary: Vocabulary) {
    this.options = options;
    this.vocabulary = vocabulary;
    this.trie = new PairTable(MOST_WORDS, vocabulary.terms.length + 16);
    const ends = new Int32Array(vocabulary.terms.length);
    let longest = 0;
    vocabulary.terms.forEach((term, column) => {
      let node = 0;
      let length = 0;
      for (let from = 0; from >= 0; length++) {
        const space = term.indexOf(' ', from);
        const word = this.wordNumber(space < 0 ? term.slice(from) : term.slice(from, space));
        node = this.trie.intern(node, word) + 1;
        from = space < 0 ? -1 : space + 1;
      }
      ends[column] = node;
      longest = Math.max(longest, length);
    });
    this.longest = longest;
    this.termAt = new Int32Array(this.trie.size + 1).fill(-1);
    ends.forEach((node, column) => {
      this.termAt[node] = column;
    });
    this.firstNode = Int32Array.from({ length: this.words.size }, (_, word) => this.trie.get(0, word) + 1);
    this.count = new Uint32Array(vocabulary.terms.length);
    const { weights } = vocabulary;
    this.counting = !weights && options.weighting !== 'binary';
    this.factors = weights
      ? Float64Array.from(weights)
      : options.weighting === 'tfidf'
        ? inverseDocumentFrequencies(vocabulary)
        : null;
  }

  private wordNumber(word: string): number {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    this.words.set(word, this.words.size);
    return this.words.size - 1;
  }

  /** A vectorizer over the vocabulary of some rows of a corpus. */
  static fit(corpus: TokenCorpus, rows: ArrayLike<number>, options: TextOptions): Vectorizer {
    return new Vectorizer(options, buildVocabulary(corpus, rows, options));
  }

  /** The matrix of some texts: texts x terms. */
  transform(texts: Iterable<string>): CsrMatrix {
    return this.transformWords(wordsOf(texts, this.options));
  }

  /** The matrix of some texts that `tokenize` has cut into words by the same options. */
  transformWords(texts: Iterable<readonly string[]>): CsrMatrix {
    const builder = new RowBuilder(this.counting || this.factors !== null);
    for (const tokens of texts) {
      this.addRow(
        builder,
        Int32Array.from(tokens, (word) => this.words.get(word) ?? -1),
      );
    }
    return builder.finish(this.vocabulary.terms.length);
  }

  /** The matrix of some rows of a corpus that was tokenised with the same options. */
  transformCorpus(corpus: TokenCorpus, rows: ArrayLike<number>): CsrMatrix {
    const known = Int32Array.from(corpus.words, (word) => this.words.get(word) ?? -1);
    const builder = new RowBuilder(this.counting || this.factors !== null);
    let tokens = new Int32Array(1024);
    for (let r = 0; r < rows.length; r++) {
      const source = corpus.tokens(rows[r]);
      if (source.length > tokens.length) tokens = new Int32Array(source.length * 2);
      for (let i = 0; i < source.length; i++) tokens[i] = known[source[i]];
      this.addRow(builder, tokens.subarray(0, source.length));
    }
    return builder.finish(this.vocabulary.terms.length);
  }

  /** Words of a text that no term of the vocabulary consists of, in order, without repeats. */
  unknownWords(text: string): string[] {
    return [...new Set(tokenize(text, this.options).filter((word) => !this.words.has(word)))];
  }

  /** Where terms occur among the words of a text, by first word, shorter ones first. */
  occurrences(words: readonly string[]): TermOccurrence[] {
    const found: TermOccurrence[] = [];
    const numbers = Int32Array.from(words, (word) => this.words.get(word) ?? -1);
    this.eachTerm(numbers, (column, first, last) => found.push({ column, first, last }));
    return found;
  }

  private eachTerm(words: Int32Array, found: (column: number, first: number, last: number) => void): void {
    for (let i = 0; i < words.length; i++) {
      let node = 0;
      for (let k = i; k < words.length && k < i + this.longest && words[k] >= 0; k++) {
        const next = this.trie.get(node, words[k]);
        if (next < 0) break;
        node = next + 1;
        if (this.termAt[node] >= 0) found(this.termAt[node], i, k);
      }
    }
  }

  /** Counts the terms that occur, then puts them in order of their columns, with values by the weighting. */
  private addRow(builder: RowBuilder, words: Int32Array): void {
    const { firstNode, termAt, count, longest } = this;
    if (this.found.length < words.length * longest) this.found = new Uint32Array(words.length * longest * 2);
    const { found } = this;
    let distinct = 0;
    for (let i = 0; i < words.length; i++) {
      if (words[i] < 0) continue;
      let node = firstNode[words[i]];
      for (let k = i + 1; node > 0; k++) {
        const column = termAt[node];
        if (column >= 0 && count[column]++ === 0) found[distinct++] = column;
        if (k === i + longest || k === words.length || words[k] < 0) break;
        node = this.trie.get(node, words[k]) + 1; // 0 when there is no such term
      }
    }
    const columns = found.subarray(0, distinct).sort();
    const { factors, counting } = this;
    builder.begin(distinct);
    let norm = 0;
    for (let i = 0; i < distinct; i++) {
      const column = columns[i];
      const occurrences = counting ? count[column] : 1;
      const value = factors ? occurrences * factors[column] : occurrences;
      norm += value * value;
      builder.put(column, value);
      count[column] = 0;
    }
    if (factors && norm > 0) builder.scaleRow(1 / Math.sqrt(norm));
    builder.end();
  }

  /** What `fromJSON` takes back. */
  toJSON(): Omit<Vocabulary, 'documentFrequency'> & { documentFrequency: number[] } {
    const { documentFrequency, ...rest } = this.vocabulary;
    return { ...rest, documentFrequency: Array.from(documentFrequency) };
  }

  /** The same over a vocabulary with weights, one per term. */
  withWeights(weights: readonly number[]): Vectorizer {
    return new Vectorizer(this.options, { ...this.vocabulary, weights });
  }

  /**
   * @param json a vocabulary as written by `toJSON`, from a file: everything about it is checked
   * @throws StarlingError BAD_MODEL
   */
  static fromJSON(options: TextOptions, json: unknown, where = 'vocabulary'): Vectorizer {
    const refuse = (what: string): never => {
      throw new StarlingError('BAD_MODEL', `${where}: ${what}`);
    };
    if (typeof json !== 'object' || json === null) return refuse('is no JSON object');
    const { terms, documentFrequency, documents, weights } = json as Record<string, unknown>;
    if (!Array.isArray(terms) || !terms.every((term) => typeof term === 'string' && term.length > 0)) {
      return refuse('"terms" is no list of words');
    }
    if (new Set(terms).size !== terms.length) return refuse('"terms" names a term twice');
    const isCount = (value: unknown): boolean =>
      Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
    if (!isCount(documents)) return refuse('"documents" is no count');
    if (
      !Array.isArray(documentFrequency) ||
      documentFrequency.length !== terms.length ||
      !documentFrequency.every(isCount)
    ) {
      return refuse('"documentFrequency" does not have one count per term');
    }
    const isWeight = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;
    const weighted = weights !== undefined;
    if (weighted && !(Array.isArray(weights) && weights.length === terms.length && weights.every(isWeight))) {
      return refuse('"weights" does not have one number from 0 per term');
    }
    return new Vectorizer(options, {
      terms: terms as string[],
      documentFrequency: Uint32Array.from(documentFrequency as number[]),
      documents: documents as number,
      ...(weighted ? { weights: weights as number[] } : {}),
    });
  }
}

/** Smooth idf of each term: 1 where every review has it, more for rarer ones. */
export function inverseDocumentFrequencies({ documentFrequency, documents }: Vocabulary): Float64Array {
  return Float64Array.from(documentFrequency, (frequency) => Math.log((1 + documents) / (1 + frequency)) + 1);
}

/** One text at a time: the words of all would need far more memory than the rows that they become. */
function* wordsOf(texts: Iterable<string>, options: TextOptions): Generator<readonly string[]> {
  for (const text of texts) yield tokenize(text, options);
}

/** Entries per chunk of a matrix that is being built. */
const CHUNK = 1 << 20;

/** Rows into chunks of typed arrays: a matrix of hundreds of millions of entries is never copied to grow. */
class RowBuilder {
  private readonly columnChunks: Uint32Array[] = [];
  private readonly valueChunks: Float32Array[] = [];
  private columns = new Uint32Array(0);
  private values = new Float32Array(0);
  private readonly valued: boolean;
  private readonly starts: number[] = [0];
  /** In the current chunk. */
  private filled = 0;
  private entries = 0;
  private rowBegin = 0;

  constructor(valued: boolean) {
    this.valued = valued;
  }

  /** @param most entries that the row may have: a row is never parted */
  begin(most: number): void {
    if (this.filled + most > this.columns.length) {
      this.closeChunk();
      // A single review needs no more than itself.
      const length = this.starts.length === 1 ? Math.max(most, 1024) : Math.max(most, CHUNK);
      this.columns = new Uint32Array(length);
      if (this.valued) this.values = new Float32Array(length);
    }
    this.rowBegin = this.filled;
  }

  put(column: number, value: number): void {
    this.columns[this.filled] = column;
    if (this.valued) this.values[this.filled] = value;
    this.filled++;
  }

  scaleRow(factor: number): void {
    for (let e = this.rowBegin; e < this.filled; e++) this.values[e] *= factor;
  }

  end(): void {
    this.starts.push(this.entries + this.filled);
  }

  private closeChunk(): void {
    this.columnChunks.push(this.columns.subarray(0, this.filled));
    if (this.valued) this.valueChunks.push(this.values.subarray(0, this.filled));
    this.entries += this.filled;
    this.filled = 0;
  }

  finish(cols: number): CsrMatrix {
    this.closeChunk();
    return {
      rows: this.starts.length - 1,
      cols,
      rowStart: Uint32Array.from(this.starts),
      columns: joined(this.columnChunks, new Uint32Array(this.entries)),
      values: this.valued ? joined(this.valueChunks, new Float32Array(this.entries)) : null,
    };
  }
}

/** The chunks one after another in `whole`; they are let go one by one. */
function joined<T extends Uint32Array | Float32Array>(chunks: T[], whole: T): T {
  let at = 0;
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

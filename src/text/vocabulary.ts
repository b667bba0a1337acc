/**
 * The vocabulary: the terms (words and runs of words) that become columns, by how many reviews hold them. Counted over
 * integers, level by level: a run of n words can only be frequent when its first n - 1 words and its last are.
 */
import type { Options } from '../options.ts';
import { PairSieve, PairTable } from './pair-table.ts';
import type { TokenCorpus } from './token-corpus.ts';

export interface Vocabulary {
  /** Column c is terms[c]; the words of a run are joined by one space. By falling document frequency, then by term. */
  readonly terms: readonly string[];
  /** Reviews that hold each term. */
  readonly documentFrequency: Uint32Array;
  /** Reviews that were counted. */
  readonly documents: number;
  /** What each term counts for, 0 or more, where that was learned (see finetuning/term-weights.ts). */
  readonly weights?: readonly number[];
}

export type VocabularyOptions = Pick<
  Options,
  'ngrams' | 'vocabularySize' | 'minDocumentFrequency' | 'maxDocumentFrequency'
>;

/** A growing count of reviews per number, and the last review that was counted for it. */
class ReviewCounter {
  counts = new Uint32Array(1024);
  private last = new Int32Array(1024).fill(-1);

  add(number: number, review: number): void {
    if (number >= this.counts.length) {
      const length = Math.max(number + 1, this.counts.length * 2);
      const counts = new Uint32Array(length);
      counts.set(this.counts);
      const last = new Int32Array(length).fill(-1);
      last.set(this.last);
      this.counts = counts;
      this.last = last;
    }
    if (this.last[number] === review) return;
    this.last[number] = review;
    this.counts[number]++;
  }
}

/**
 * Builds the vocabulary of the given rows of a corpus.
 * Deterministic: depends on the set of reviews, not on their order; ties are broken by the term's code units.
 */
export function buildVocabulary(
  corpus: TokenCorpus,
  rows: ArrayLike<number>,
  options: VocabularyOptions,
): Vocabulary {
  // The quotient, not the product: 0.29 * 100 is less than 29, and 29 / 100 is 0.29.
  const notTooFrequent = (frequency: number): boolean =>
    frequency / rows.length <= options.maxDocumentFrequency;
  const least = options.minDocumentFrequency;
  const radix = corpus.words.length + 1;

  const candidates: { term: string; frequency: number }[] = [];
  const words = new ReviewCounter();
  let tokenCount = 0;
  for (let r = 0; r < rows.length; r++) {
    const tokens = corpus.tokens(rows[r]);
    tokenCount += tokens.length;
    for (const word of tokens) words.add(word, r);
  }
  corpus.words.forEach((term, word) => {
    const frequency = word < words.counts.length ? words.counts[word] : 0;
    if (frequency >= least && frequency > 0 && notTooFrequent(frequency))
      candidates.push({ term, frequency });
  });
  // A run is in no more reviews than its words and its beginnings are, so these can be held to the same.
  const needed = Math.max(least, frequencyAtRank(candidates, options.vocabularySize));
  const frequent = (word: number): boolean => words.counts[word] >= needed;

  /** For each level, runs of that many words that are frequent: from (number of the run without its last word, word). */
  const levels: { table: PairTable; kept: Uint8Array }[] = [];
  let names: string[] = corpus.words;
  for (let n = 2; n <= options.ngrams; n++) {
    const eachRun = (visit: (first: number, last: number, review: number) => void): void => {
      for (let r = 0; r < rows.length; r++) {
        const tokens = corpus.tokens(rows[r]);
        for (let i = 0; i + n <= tokens.length; i++) {
          const last = tokens[i + n - 1];
          if (!frequent(tokens[i]) || !frequent(last)) continue;
          const first = runNumber(tokens, i, n - 1, levels);
          if (first >= 0) visit(first, last, r);
        }
      }
    };
    const sieve = new PairSieve(radix, tokenCount);
    eachRun((first, last) => sieve.add(first, last));
    const table = new PairTable(radix);
    const counter = new ReviewCounter();
    const parts: [first: number, last: number][] = [];
    eachRun((first, last, review) => {
      if (!sieve.mayHave(first, last, needed)) return;
      const number = table.intern(first, last);
      if (number === parts.length) parts.push([first, last]);
      counter.add(number, review);
    });
    const kept = Uint8Array.from({ length: table.size }, (_, run) => (counter.counts[run] >= needed ? 1 : 0));
    const longer: string[] = [];
    parts.forEach(([first, last], run) => {
      if (!kept[run]) return;
      longer[run] = `${names[first]} ${corpus.words[last]}`;
      const frequency = counter.counts[run];
      if (notTooFrequent(frequency)) candidates.push({ term: longer[run], frequency });
    });
    levels.push({ table, kept });
    names = longer;
  }

  candidates.sort((a, b) => b.frequency - a.frequency || (a.term < b.term ? -1 : 1));
  const chosen = candidates.slice(0, options.vocabularySize);
  return {
    terms: chosen.map(({ term }) => term),
    documentFrequency: Uint32Array.from(chosen, ({ frequency }) => frequency),
    documents: rows.length,
  };
}

/**
 * Reviews that a run of words must be in to have a chance of a place: as many as the least of the single words that fill all
 * places by themselves; 0 when they do not.
 */
function frequencyAtRank(candidates: readonly { readonly frequency: number }[], places: number): number {
  if (candidates.length < places) return 0;
  return Uint32Array.from(candidates, ({ frequency }) => frequency).sort()[candidates.length - places];
}

/** Number of the run of n words from place i, or -1 when it is not frequent. A single word's number is its own. */
function runNumber(
  tokens: Int32Array,
  i: number,
  n: number,
  levels: readonly { table: PairTable; kept: Uint8Array }[],
): number {
  let number = tokens[i];
  for (let k = 1; k < n; k++) {
    const { table, kept } = levels[k - 1];
    number = table.get(number, tokens[i + k]);
    if (number < 0 || !kept[number]) return -1;
  }
  return number;
}

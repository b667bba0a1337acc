/** Vocabulary and vectors by the shortest way, on strings: what the trie over integers is compared with. */
import type { TextOptions } from '../../src/text/vectorizer.ts';

/** All runs of 1 to n words, repeats and all. */
export function runsOf(words: readonly string[], n: number): string[] {
  const runs: string[] = [];
  for (let length = 1; length <= n; length++) {
    for (let i = 0; i + length <= words.length; i++) runs.push(words.slice(i, i + length).join(' '));
  }
  return runs;
}

export function naiveVocabulary(
  documents: readonly (readonly string[])[],
  options: TextOptions,
): { terms: string[]; documentFrequency: number[]; documents: number } {
  const frequency = new Map<string, number>();
  for (const words of documents) {
    for (const run of new Set(runsOf(words, options.ngrams))) {
      frequency.set(run, (frequency.get(run) ?? 0) + 1);
    }
  }
  const chosen = [...frequency]
    .filter(([, count]) => count >= options.minDocumentFrequency)
    .filter(([, count]) => count / documents.length <= options.maxDocumentFrequency)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, options.vocabularySize);
  return {
    terms: chosen.map(([term]) => term),
    documentFrequency: chosen.map(([, count]) => count),
    documents: documents.length,
  };
}

/** documents x terms. */
export function naiveVectors(
  documents: readonly (readonly string[])[],
  vocabulary: { terms: readonly string[]; documentFrequency: ArrayLike<number>; documents: number },
  options: TextOptions,
): number[][] {
  return documents.map((words) => {
    const runs = runsOf(words, options.ngrams);
    const counts = vocabulary.terms.map((term) => runs.filter((run) => run === term).length);
    if (options.weighting === 'binary') return counts.map((count) => Math.min(count, 1));
    if (options.weighting === 'counts') return counts;
    const weighted = counts.map(
      (count, c) =>
        count * (Math.log((1 + vocabulary.documents) / (1 + vocabulary.documentFrequency[c])) + 1),
    );
    const length = Math.sqrt(weighted.reduce((sum, value) => sum + value * value, 0));
    return weighted.map((value) => (length > 0 ? value / length : 0));
  });
}

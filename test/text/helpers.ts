/** The plainest text options: single words, nothing left out. */
import type { TextOptions } from '../../src/text/vectorizer.ts';

export const defaults: TextOptions = {
  ngrams: 1,
  vocabularySize: 1000,
  minDocumentFrequency: 1,
  maxDocumentFrequency: 1,
  weighting: 'binary',
  stem: false,
  stopWords: false,
  punctuation: true,
};

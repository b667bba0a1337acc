/**
 * Golden cases: texts with the words, term ids, values and rating that this model gives them. A port to another language
 * that reproduces them has the tokenizer, the vectorizer and the network right. The texts are made up here; those that
 * end the list are made of the model's own terms, so that they say something in every language.
 */
import type { SentimentModel } from '../model/sentiment-model.ts';
import type { Options } from '../options.ts';
import { tokenize } from '../text/tokenize.ts';

export interface GoldenCase {
  readonly text: string;
  /** Words after the optional steps (stemming, stop words). */
  readonly tokens: readonly string[];
  /** Term ids, rising, and the value of each. */
  readonly ids: readonly number[];
  readonly values: readonly number[];
  readonly rating: number;
  /** Probability of each level; null for a linear head. */
  readonly distribution: readonly number[] | null;
}

const TEXTS = [
  'The soup was cold, but the staff could not have been kinder.',
  "I don’t think we’ll be back. It wasn't good, it wasn't even warm!",
  'Great food!!! Would you come again? YES. 10/10',
  '',
  ' \t\n',
  '<p>Lovely <b>place</b>,<br/>friendly&nbsp;staff &amp; fair prices &lt;3 &#233;clair &#x1F600; &bogus;</p>',
  'a < b and c > d, <3 it & more &#55296; &#0;',
  'Crème brûlée, jalapeño, Größe, œuvre, cafe\u0301 de\u0301ja\u0300 vu, ﬁne',
  'Очень вкусно, спасибо! ΚΑΛΌΣ ΦΊΛΟΣ İstanbul',
  'とても美味しい。服务很好 ٣ نجوم हिन्दी में',
  'state-of-the-art e.g. rock\u2019n\u2019roll \u00b4quoted\u00b4 ’tis dogs’ o\u02bcclock x\u20e3',
  'never again, no refund, nothing worked, hardly edible, cannot recommend',
  'connections hoping relational happiness flies agreed troubled sized falling controlling generously by y say',
  'good good good good bad bad waiting waiting',
  `${'very '.repeat(40)}long`,
  'zzyzx qwxk',
];

/**
 * How far a port's rating may be from ours. The integrate-and-fire rate rises with an infinite slope at its threshold:
 * there, whoever adds in another order is further away.
 */
export function toleranceFor(activation: Options['activation']): number {
  return activation === 'lif' ? 1e-3 : 1e-5;
}

/** Terms that are joined to a text, and how many such texts there are. */
const PER_TEXT = 12;
const FROM_TERMS = 8;

export function goldenTexts(terms: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(terms.length / (PER_TEXT * FROM_TERMS)));
  const picked = terms.filter((_, i) => i % step === 0).slice(0, PER_TEXT * FROM_TERMS);
  const texts = [...TEXTS];
  for (let at = 0; at < picked.length; at += PER_TEXT) texts.push(picked.slice(at, at + PER_TEXT).join(' '));
  return texts;
}

export function goldenCases(model: SentimentModel): GoldenCase[] {
  const texts = goldenTexts(model.vectorizer.vocabulary.terms);
  const x = model.vectorizer.transform(texts);
  const predictions = model.predictMany(texts);
  return texts.map((text, i) => {
    const [begin, end] = [x.rowStart[i], x.rowStart[i + 1]];
    return {
      text,
      tokens: tokenize(text, model.options),
      ids: Array.from(x.columns.subarray(begin, end)),
      values: x.values ? Array.from(x.values.subarray(begin, end)) : new Array<number>(end - begin).fill(1),
      rating: predictions[i].rating,
      distribution: predictions[i].distribution,
    };
  });
}

/** Text to words: what is a word, what is dropped, and that no text whatever breaks it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseWord, splitWords, stripMarkup, tokenize } from '../../src/text/tokenize.ts';

const plain = { stem: false, stopWords: false, punctuation: true };

describe('the words of a text', () => {
  test.each<[what: string, text: string, words: string[]]>([
    ['are lower case, accents kept', 'Café déjà-vu, naïve ÜBER', ['café', 'déjà', 'vu', 'naïve', 'über']],
    ['are the same for letters composed and decomposed', 'e\u0301te\u0301 \u00e9t\u00e9', ['été', 'été']],
    ['keep contractions whole', "don't won't I'd o'clock", ["don't", "won't", "i'd", "o'clock"]],
    [
      'are the same for every kind of apostrophe',
      'don\u2019t don\u2018t don\u201bt don\u02bct don\u00b4t don\uff07t DON\u2019T',
      new Array(7).fill("don't"),
    ],
    [
      'leave quotation marks out',
      "'quoted' \u2018too\u2019 \"and this\" dogs'",
      ['quoted', 'too', 'and', 'this', 'dogs'],
    ],
    ['keep negations', 'Not good, no. Never! Cannot', ['not', 'good', 'no', 'never', '!', 'cannot']],
    ['hold ! and ?, one for each', 'Wow!!! Really?!', ['wow', '!', '!', '!', 'really', '?', '!']],
    ['hold digits', '4.5 of 5, 3rd, $10, 100%', ['4', '5', 'of', '5', '3rd', '10', '100']],
    ['end at underscores and hyphens', 'so_called well-done', ['so', 'called', 'well', 'done']],
    ['hold no emoji', '😀 great 👍🏽 food ❤️', ['great', 'food']],
    ['may be of any script', 'すばらしい 最高 안녕 привет', ['すばらしい', '最高', '안녕', 'привет']],
    ['keep the marks of Indic scripts', 'नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
    ['are none for nothing', ' \n\t.,;:()', []],
  ])('%s', (_what, text, words) => {
    expect(tokenize(text, plain)).toEqual(words);
  });

  test('hold no ! and ? when punctuation is off', () => {
    expect(splitWords('Wow! Really?', false)).toEqual(['wow', 'really']);
  });
});

describe('markup', () => {
  test.each<[what: string, text: string, words: string[]]>([
    [
      'tags part words and are none',
      'good<br />food<BR>here<p class="a">and</p>there',
      ['good', 'food', 'here', 'and', 'there'],
    ],
    ['comments are dropped', 'a <!-- hidden words --> b', ['a', 'b']],
    [
      'what looks like a tag but is none stays',
      'I <3 it, a < b, 5 <6> 7',
      ['i', '3', 'it', 'a', 'b', '5', '6', '7'],
    ],
    ['an unclosed tag stays', 'a <b and more', ['a', 'b', 'and', 'more']],
    [
      'named entities are what they stand for',
      'caf&eacute; r&amp;b &quot;x&quot;&nbsp;y',
      ['café', 'r', 'b', 'x', 'y'],
    ],
    [
      'an apostrophe may be an entity',
      'don&#39;t don&#x27;t don&rsquo;t don&apos;t',
      ["don't", "don't", "don't", "don't"],
    ],
    ['numbers of characters are characters', '&#233;t&#xe9;', ['été']],
    ['unknown entities stay', '&nonesuch; AT&T;', ['nonesuch', 'at', 't']],
    ['numbers of no character are nothing', 'a&#0;b &#xD800; &#55296; &#1114112; &#9999999;', ['a', 'b']],
  ])('%s', (_what, text, words) => {
    expect(tokenize(text, plain)).toEqual(words);
  });

  test('an entity is decoded once: what it yields is text, not markup', () => {
    expect(stripMarkup('&lt;br&gt; &amp;amp;')).toBe('<br> &amp;');
  });
});

describe('no text breaks it', () => {
  test('any string gives words without white space, in lower case where a letter has one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, stem) => {
        for (const word of tokenize(text, { ...plain, stem })) {
          expect(word).not.toBe('');
          expect(word).not.toMatch(/[\s<>&]/);
        }
      }),
    );
  });

  test('splitting the words again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        const words = splitWords(text.replace(/[<&]/g, ' '), true);
        expect(splitWords(words.join(' '), true)).toEqual(words);
      }),
    );
  });

  test.each([
    ['opening brackets', '<'],
    ['openings of tags', '<a '],
    ['ampersands', '&'],
    ['beginnings of entities', '&#1'],
    ['apostrophes', "a'"],
    ['one word', 'e'],
    ['combining marks', 'e\u0301'],
    ['exclamation marks', '!'],
    ['lone surrogates', '\ud800'],
  ])('a million characters of %s take less than 5 seconds', (_what, piece) => {
    const text = piece.repeat(Math.ceil(1e6 / piece.length));
    const started = performance.now();
    tokenize(text, { stem: true, stopWords: true, punctuation: true });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('stop words', () => {
  const options = { ...plain, stopWords: true };

  test('are dropped', () => {
    expect(tokenize('The food was over there and it is a feast', options)).toEqual(['food', 'feast']);
  });

  test('never include a negation', () => {
    const text = "no not nor none never nothing neither without hardly cannot don't isn't wouldn't can't";
    expect(tokenize(text, options)).toEqual(text.split(' '));
  });

  test('are kept when the option is off', () => {
    expect(tokenize('the food', plain)).toEqual(['the', 'food']);
  });
});

describe('stems', () => {
  const options = { ...plain, stem: true };

  // Porter 1980, examples of the paper's steps.
  test.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['plastered', 'plaster'],
    ['hopping', 'hop'],
    ['happy', 'happi'],
    ['relational', 'relat'],
    ['adjustable', 'adjust'],
    ['effective', 'effect'],
    ['controlling', 'control'],
  ])('of %s is %s', (word, stem) => {
    expect(normaliseWord(word, options)).toBe(stem);
  });

  test('leave negations, marks and other scripts as they are', () => {
    const words = ["don't", 'not', 'never', '!', '?', 'été', '最高'];
    expect(words.map((word) => normaliseWord(word, options))).toEqual(words);
  });

  test('are taken of what is no stop word: stop words are matched as they are written', () => {
    expect(tokenize('being very tasty dishes', { ...options, stopWords: true })).toEqual(['tasti', 'dish']);
  });
});

#!/usr/bin/env node
/**
 * Writes the sample corpus: restaurants.csv (2,000 rated reviews) and restaurants-unrated.csv (8,000 without a rating).
 * Everything in it is made up by the grammar in ./grammar from a seed; no review, person or place is real, and the same
 * seed gives the same bytes on every machine. Not a model of how people write: a small, free stand-in with the
 * difficulties that matter here (see README.md).
 *
 *   node corpora/generate.mjs [FOLDER]     default: the folder of this file
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawHand, write } from './grammar/hand.mjs';
import { aside, contrast, fill, opinion } from './grammar/opinion.mjs';
import { Random } from './grammar/random.mjs';
import { closings, fillers, sarcasm } from './grammar/sentences.mjs';
import { dishes } from './grammar/things.mjs';

const SEED = 20_260_101;
const RATED = 2000;
const UNRATED = 8000;

/** Share of 1 to 5 stars, in percent: skewed as on the review sites. */
const STAR_WEIGHTS = [10, 10, 16, 30, 34];

/** How often an aspect is written about, and how far its quality strays from that of the evening. */
const ASPECTS = [
  { name: 'food', weight: 46, stray: 0.75 },
  { name: 'service', weight: 24, stray: 0.95 },
  { name: 'ambience', weight: 10, stray: 1.2 },
  { name: 'price', weight: 8, stray: 1.2 },
  { name: 'wait', weight: 8, stray: 1.2 },
  { name: 'cleanliness', weight: 4, stray: 1.1 },
];

const kitchens = Object.keys(dishes);

/** One review. @returns {{ text: string, stars: number }} */
function makeReview(random) {
  const meant = 1 + random.weighted(STAR_WEIGHTS);
  const mood = meant - 3 + 0.3 * random.normal();
  const kitchen = random.pick(kitchens);
  const hand = drawHand(random);
  const opinionCount = 1 + random.weighted([8, 14, 18, 18, 14, 10, 7, 5, 3, 2, 1]);

  const sentences = opinionSentences(random, kitchen, mood, opinionCount);
  if (meant <= 2 && random.chance(0.25))
    insert(random, sentences, fill(random.pick(sarcasm), random, kitchen));
  if (random.chance(0.2)) insert(random, sentences, aside(random, kitchen, mood > 0));
  const fillerCount = random.weighted([22, 28, 22, 14, 8, 4, 2]) * (opinionCount > 1 ? 1 : 0);
  for (const [i, template] of random.shuffled(fillers).slice(0, fillerCount).entries()) {
    const filler = fill(template, random, kitchen);
    if (i === 0) sentences.unshift(filler);
    else insert(random, sentences, filler);
  }
  if (random.chance(0.5)) {
    const felt = Math.max(1, Math.min(5, Math.round(meant + 0.55 * random.normal())));
    sentences.push(fill(random.pick(closings[felt]), random, kitchen));
  }
  return {
    text: write(sentences.map(capital).join(' '), hand, Math.abs(mood), random),
    stars: starsGiven(random, meant),
  };
}

/** Each aspect's quality strays from the mood; opposite ones that meet are set against each other, the weightier last. */
function opinionSentences(random, kitchen, mood, count) {
  const said = Array.from({ length: count }, () => {
    const { name, stray } = ASPECTS[random.weighted(ASPECTS.map(({ weight }) => weight))];
    const level = Math.max(-2, Math.min(2, Math.round(mood + stray * random.normal())));
    return { level, text: capital(opinion(random, kitchen, name, level)) };
  });
  const sentences = [];
  for (let i = 0; i < said.length; i++) {
    const [here, next] = [said[i], said[i + 1]];
    if (!next || here.level * next.level >= 0 || !random.chance(0.75)) {
      sentences.push(here.text);
      continue;
    }
    const pair = Math.abs(here.level - mood) > Math.abs(next.level - mood) ? [here, next] : [next, here];
    sentences.push(contrast(random, pair[0].text, pair[1].text));
    i++;
  }
  return sentences;
}

/** What is clicked is now and then not what was meant. */
function starsGiven(random, meant) {
  if (random.chance(0.012)) return 1 + random.below(5);
  if (!random.chance(0.08)) return meant;
  return Math.max(1, Math.min(5, meant + (random.chance(0.5) ? 1 : -1)));
}

function insert(random, sentences, sentence) {
  sentences.splice(random.below(sentences.length + 1), 0, sentence);
}

function capital(sentence) {
  return sentence[0].toUpperCase() + sentence.slice(1);
}

function quoted(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @returns {{ rated: string, unrated: string }} the two files */
export function makeCorpus(seed = SEED) {
  const seen = new Set();
  let number = 0;
  const distinctReview = () => {
    for (;;) {
      const review = makeReview(new Random(seed, number++));
      const words = review.text.split(' ').length;
      if (words < 5 || words > 150 || seen.has(review.text)) continue;
      seen.add(review.text);
      return review;
    }
  };
  let rated = 'id,text,rating\n';
  for (let i = 1; i <= RATED; i++) {
    const { text, stars } = distinctReview();
    rated += `r${String(i).padStart(4, '0')},${quoted(text)},${stars}\n`;
  }
  let unrated = 'id,text,rating\n';
  for (let i = 1; i <= UNRATED; i++)
    unrated += `u${String(i).padStart(4, '0')},${quoted(distinctReview().text)},\n`;
  return { rated, unrated };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? dirname(fileURLToPath(import.meta.url)));
  const { rated, unrated } = makeCorpus();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'restaurants.csv'), rated);
  writeFileSync(join(folder, 'restaurants-unrated.csv'), unrated);
}

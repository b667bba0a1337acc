/**
 * From an aspect and a strength to a clause: which words, whether they are negated, and what they are said of. This is
 * where the sample corpus is made harder than a list of good and bad words: "not bad" is good, "anything but warm" is
 * not, and events carry an opinion without an adjective.
 */
import { events } from './events.mjs';
import { contrasts, elsewhere, opinions } from './sentences.mjs';
import * as things from './things.mjs';
import { anything, aspectWords, intensifiers } from './words.mjs';

/** Fills a template: [a|b] first, then the slots; `own` holds the slots that only this sentence has. */
export function fill(template, random, kitchen, own = {}) {
  const chosen = template.replace(/\[([^\]]*)\]/g, (_, choices) => random.pick(choices.split('|')));
  let plural = false;
  let plural2 = false;
  const used = new Set();
  const noun = (item) => [item.replace(/\+$/, ''), item.endsWith('+')];
  const filled = chosen.replace(/\{(\w+)\}/g, (_, slot) => {
    switch (slot) {
      case 'dish': {
        const menu = random.chance(0.12) ? things.sides : things.dishes[kitchen];
        let [name, many] = noun(random.pickEarly(menu));
        while (used.has(name)) [name, many] = noun(random.pickEarly(menu));
        used.add(name);
        plural = many;
        return name;
      }
      case 'side': {
        const [name, many] = noun(random.pickEarly(things.sides));
        plural2 = many;
        return name;
      }
      case 'was':
        return plural ? 'were' : 'was';
      case 'was2':
        return plural2 ? 'were' : 'was';
      case 'is':
        return plural ? 'are' : 'is';
      case 'come':
        return plural ? 'come' : 'comes';
      case 'it':
        return plural ? 'they' : 'it';
      case 'kitchen':
        return kitchen;
      case 'person':
        return random.pickEarly(things.people);
      case 'group':
        return random.pickEarly(things.groups);
      case 'staff':
        return random.pickEarly(things.staff);
      case 'staff2':
        return random.pick(things.staff.slice(4));
      case 'day':
        return random.pickEarly(things.days);
      case 'occasion':
        return random.pickEarly(things.occasions);
      case 'restaurant':
        return random.pick(things.restaurants);
      case 'street':
        return random.pick(things.streets);
      case 'town':
        return random.pick(things.towns);
      default:
        return own[slot]();
    }
  });
  return filled.replace(/(?<=\. )\p{Ll}/gu, (letter) => letter.toUpperCase());
}

const clamp = (level) => Math.max(-2, Math.min(2, level));

/** An adjective of a strength, -2 to 2; a quarter are one step off, as people are. */
function adjective(random, aspect, level, alone) {
  const near = random.chance(0.14) ? clamp(level + (random.chance(0.5) ? 1 : -1)) : level;
  const actual = level !== 0 && Math.sign(near) !== Math.sign(level) ? level : near;
  for (;;) {
    const own = aspectWords[aspect]?.[actual];
    const word = random.pickEarly(own && random.chance(0.55) ? own : anything[actual]);
    if (!alone || /^[\p{L}-]+$/u.test(word)) return word;
  }
}

const STRONG = {
  '-2': ['absolutely', 'just', 'simply', 'truly', 'utterly', 'downright'],
  2: ['absolutely', 'just', 'simply', 'truly', 'really', 'nothing short of'],
};

function intensified(random, level, word) {
  if (/ |^second|^better|^above|^below/.test(word) || !random.chance(0.4)) return word;
  if (Math.abs(level) === 2) return `${random.pick(STRONG[level])} ${word}`;
  const kind = level > 0 ? 'positive' : level < 0 ? 'negative' : 'neutral';
  return `${random.pickEarly(intensifiers[kind])} ${word}`;
}

/** What follows "was": an adjective of this strength, or the negation of one from the other side. */
export function predicate(random, aspect, level) {
  const word = (strength) => adjective(random, aspect, strength, true);
  if (level > 0 && random.chance(0.16)) {
    const strong = random.chance(0.5);
    return random.pick([
      () => `not ${word(-1)} at all`,
      () => `anything but ${word(strong ? -2 : -1)}`,
      () => `never ${word(-1)}`,
      () => `not the least bit ${word(-1)}`,
      () => `far from ${word(-1)}`,
      () => `not ${word(strong ? -2 : -1)} like some people say`,
    ])();
  }
  if (level === 0 && random.chance(0.4)) {
    return random.pick([
      () => `neither ${word(1)} nor ${word(-1)}`,
      () => `not ${word(2)}, not ${word(-2)}`,
      () => `not as ${word(1)} as I remembered`,
      () => `${word(1)} but a bit ${word(-1)}`,
      () => `not ${word(-2)}, just ${word(0)}`,
      () => `not exactly ${word(2)}`,
    ])();
  }
  if (level < 0 && random.chance(0.26)) {
    const strong = random.chance(0.5);
    return random.pick([
      () => `not ${word(strong ? 2 : 1)} at all`,
      () => `anything but ${word(1)}`,
      () => `far from ${word(strong ? 2 : 1)}`,
      () => `not ${word(1)}`,
      () => `hardly ${word(2)}`,
      () => `not nearly as ${word(1)} as people say`,
      () => `never ${word(1)}`,
      () => `less than ${word(2)}`,
    ])();
  }
  return intensified(random, level, adjective(random, aspect, level, false));
}

/** One sentence about an aspect, without what follows its last full stop. */
export function opinion(random, kitchen, aspect, level) {
  const told = events[aspect][level];
  if (!opinions[aspect] || random.chance(0.3)) return fill(random.pick(told), random, kitchen);
  const template = random.pickEarly(opinions[aspect]);
  return fill(template, random, kitchen, {
    P: () => predicate(random, aspect, level),
    P2: () => predicate(random, aspect, level),
    A: () => adjective(random, aspect, level, true),
  });
}

/** Two opinions against each other in one sentence. */
export function contrast(random, first, second) {
  const join = random.pick(contrasts);
  const start = first.replace(/[.!]$/, '');
  const isName = /^(I|I'm|I've|Peking|French|Greek)\b/.test(second);
  const next = isName || join.startsWith('. That') ? second : second[0].toLowerCase() + second.slice(1);
  return start + join + (join.endsWith('said, ') && !isName ? next[0].toLowerCase() + next.slice(1) : next);
}

/** An opinion of something else, whose words pull the other way. */
export function aside(random, kitchen, good) {
  const plain = (level) => () => adjective(random, 'none', random.chance(0.5) ? level : 2 * level, true);
  return fill(random.pick(good ? elsewhere.good : elsewhere.bad), random, kitchen, {
    G: plain(1),
    B: plain(-1),
  });
}

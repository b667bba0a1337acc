/** How a reviewer writes: typos, missing accents, capitals, exclamation marks. */

const misspellings = {
  definitely: 'definately',
  restaurant: 'resturant',
  delicious: 'delicous',
  disappointing: 'dissapointing',
  disappointed: 'dissapointed',
  recommend: 'reccomend',
  received: 'recieved',
  atmosphere: 'atmoshpere',
  experience: 'experiance',
  mediocre: 'mediocer',
  friendly: 'freindly',
  waitress: 'waitres',
  excellent: 'excelent',
  amazing: 'amazeing',
  terrible: 'terible',
  horrible: 'horible',
  really: 'realy',
  dessert: 'desert',
  probably: 'probly',
  absolutely: 'absolutly',
  reasonable: 'resonable',
  service: 'servise',
  believe: 'beleive',
  guacamole: 'guacamoli',
  their: 'thier',
};

/** A reviewer's habits. */
export function drawHand(random) {
  return {
    typos: [0, 0.008, 0.03][random.weighted([60, 30, 10])],
    accents: random.chance(0.5),
    lowercase: random.chance(0.07),
    shouts: random.chance(0.12),
    dots: random.chance(0.1),
    apostrophes: !random.chance(0.08),
    contractions: random.chance(0.65),
  };
}

/** The text as this hand writes it. @param strength how far from neither the review is, 0 to 2 */
export function write(text, hand, strength, random) {
  let written = text;
  if (hand.contractions) {
    written = written
      .replace(/\b(was|were|is|are|had|do|did|would) not\b/g, "$1n't")
      .replace(/\bI had been\b/g, "I'd been")
      .replace(/\b(I) am\b/g, "$1'm");
  }
  written = written.replace(/\b([Aa]) (?=[aeiouAEIOU](?!ne\b|ni[qvf]|se))/g, '$1n ');
  if (hand.shouts && strength > 0.5) {
    written = written.replace(/\.(?= |$)/g, () =>
      random.chance(0.3) ? random.pick(['!', '!!', '!!!']) : '.',
    );
    written = written.replace(/\b(very|so|really|never|best|worst|not)\b/gi, (word) =>
      random.chance(0.3) ? word.toUpperCase() : word,
    );
  }
  if (hand.dots) written = written.replace(/\. (?=[A-Z])/g, () => (random.chance(0.25) ? '... ' : '. '));
  if (hand.typos > 0)
    written = written.replace(/\p{L}{5,}|\btheir\b/gu, (word) => mistype(word, hand.typos, random));
  if (!hand.accents) written = written.normalize('NFD').replace(/\p{M}/gu, '');
  if (!hand.apostrophes) written = written.replaceAll("'", '');
  return hand.lowercase ? written.toLowerCase() : written;
}

function mistype(word, rate, random) {
  const known = misspellings[word];
  if (known && random.chance(8 * rate)) return known;
  if (!random.chance(rate)) return word;
  const at = 1 + random.below(word.length - 2);
  switch (random.below(3)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + word[at] + word.slice(at);
    default:
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  }
}

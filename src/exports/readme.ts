/** The README of an export: what lies here, how to rate a text from Python and from JavaScript, what a port must do. */
import { VERSION } from '../version.ts';
import type { ExportContent } from './content.ts';
import { toleranceFor } from './golden.ts';
import type { ExportTarget } from './targets.ts';

/** Markdown. */
export function readme(content: ExportContent, target: ExportTarget): string {
  const { options, head, golden } = content;
  const scale = `${head.levels[0]} to ${head.levels[head.levels.length - 1]}`;
  return `# Star ratings from review text: export to ${target.name}

Written by \`starling export --to ${target.name}\` (starling ${VERSION}). Ratings go from ${scale}.

${target.about(content)}

| file | |
|---|---|
| \`export.json\` | text options, network and head; the SHA-256 of every other file |
| \`vocabulary.json\` | the terms in the order of their ids, in how many of \`documents\` reviews each occurred |
| \`golden.json\` | ${golden.length} texts with their words, term ids, values and rating: a port that gives them within ${toleranceFor(options.activation)} is right |

## From Python

Needs ${target.pythonNeeds}. The tokenizer is in \`starling_text.py\`, which needs nothing.

\`\`\`sh
python3 ${target.python[0]} . "The soup was cold." "Lovely food, we will be back!"
python3 ${target.python[0]} . --check
\`\`\`

The second line compares this machine with \`golden.json\`.

## From JavaScript

\`\`\`sh
npm install ${target.javascriptNeeds}
node ${target.javascript[0]} . "The soup was cold." "Lovely food, we will be back!"
node ${target.javascript[0]} . --check
\`\`\`

## What a port must do

${textSteps(content)}
${networkSteps(content)}
${wideStep(content)}
\`starling_text.py\` is all of it in a few lines; the numbers are in \`export.json\`.
${options.stem ? '\nThe stemmer is Porter\u2019s of 1980 as `natural` has it; `starling_text.py` holds a port, quirks included.\n' : ''}`;
}

function wideStep({ wide }: ExportContent): string {
  if (!wide) return '';
  const { share, content } = wide;
  return `
Beside the network stands a linear model, in the folder \`wide\` as an export of its own (its text options, vocabulary and
golden cases are there; the value of a term there ${termValue(content)}). A rating is (1 - share) times the network's plus share times the linear
model's, share = ${share} (\`wide.share\` in export.json); so are the probabilities. \`golden.json\` here has the ratings of both together.
`;
}

function textSteps(content: ExportContent): string {
  const { options } = content;
  const { ngrams, punctuation, stem, stopWords } = options;
  return [
    'Replace tags (`<`, then a letter, / or !, then up to 500 characters but < and >, then `>`) by a space, and entities by what they stand for.',
    "Normalise to NFC, and turn the apostrophes U+2018, U+2019, U+201B, U+02BC, U+00B4 and U+FF07 into '. Then lower case.",
    `A word is a letter or digit, then letters, digits and marks, then any number of ' with letters or marks after it.${punctuation ? ' ! and ? are words, too.' : ''}`,
    ...(stopWords ? ['Leave out the words of `text.stopWordList`.'] : []),
    ...(stem ? ['Reduce words of up to 100 characters to their stem.'] : []),
    ngrams === 1
      ? 'Each word that is in the vocabulary is a term.'
      : `Each run of 1 to ${ngrams} words, joined by spaces, that is in the vocabulary is a term.`,
    `The value of a term ${termValue(content)}.`,
  ]
    .map((step, i) => `${i + 1}. ${step}`)
    .join('\n');
}

/** What the value of a term in a row is. */
function termValue({ options, vectorizer }: ExportContent): string {
  const lengthOne = 'then the row is scaled to Euclidean length 1';
  if (vectorizer.vocabulary.weights)
    return `is its weight (\`weights\` of \`vocabulary.json\`); ${lengthOne}`;
  return {
    binary: 'is 1',
    counts: 'is how often it occurs',
    tfidf: `is how often it occurs, times ln((1 + documents) / (1 + documentFrequency)) + 1; ${lengthOne}`,
  }[options.weighting];
}

function networkSteps({ options, head, hidden }: ExportContent): string {
  const { activation, alpha, negateHalf } = options;
  const functions = {
    rectifier: 'max(z, 0)',
    softplus: `ln(1 + exp(${alpha} z)) / ${alpha}`,
    tanh: 'tanh(z)',
    sigmoid: '1 / (1 + exp(-z))',
    leaky: 'z where it is above 0, else 0.01 z',
    lif: '1 / (1 + ln(1 + 1 / (z - 1))) where z is above 1, else 0',
  };
  const layers =
    hidden.length === 0
      ? 'There is no hidden layer.'
      : `Each hidden layer: z = x W + b, h = ${functions[activation]}${
          negateHalf ? '; from unit `network.firstNegated` of the layer on, times -1' : ''
        }.`;
  const last =
    head.kind === 'softmax'
      ? 'The head: softmax(h W + b) is the probability of each of `head.levels`, and the rating is their mean.'
      : 'The head: `head.mean` + `head.std` (h W + b), moved to the nearest end of the scale if it is beyond it.';
  return `\n${layers} ${last}`;
}

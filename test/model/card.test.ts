/** The card that stands in a model's folder, for the person who finds it. */
import { expect, test } from 'vitest';
import { encoderCard, modelCard } from '../../src/model/card.ts';
import { type Options, resolveOptions } from '../../src/options.ts';

const facts = (
  given: Partial<Options>,
  hidden: readonly number[],
  validationRmse: number | null = 0.81234,
) => ({
  options: resolveOptions({ seed: 7, ...given }),
  levels: [1, 2, 3, 5],
  training: {
    ...{ rated: 12345, unrated: 20, terms: 5000, bestEpoch: 6, validationRmse },
    sparsity: { input: 0.98765, hidden },
  },
  version: '1.2.3',
});
/** What the table says, by the name of the row. */
const rowsOf = (card: string): Record<string, string> =>
  Object.fromEntries(
    [...card.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, value]) => [name, value]),
  );

test('a model says what it learned from, what it is made of, how well it does and who made it', () => {
  const card = modelCard(
    facts(
      {
        ...{ ngrams: 2, weighting: 'tfidf', stem: true, stopWords: true, hidden: [1200, 30] },
        ...{
          pretrainEpochs: [8, 4],
          masking: [0.8, 0.25],
          activation: 'softplus',
          reconstruction: 'sigmoid',
        },
        head: 'softmax',
      },
      [0.5, 0.25],
    ),
  );
  expect(rowsOf(card)).toEqual({
    'learned from': '12,345 rated reviews, 20 unrated',
    ratings: '1 to 5 (4 levels)',
    input: 'TF-IDF runs of 1 to 2 words, stemmed, without stop words, 5,000 terms, 98.8 % zeros',
    'hidden layers': 'softplus: 1,200 (50.0 % zeros), 30 (25.0 % zeros)',
    output: 'softmax over the levels; the rating is the expectation',
    'pre-training':
      'denoising autoencoders, sigmoid reconstruction: 8 epochs with 80.0 % masked; 4 epochs with 25.0 % masked',
    'validation RMSE': '0.8123 (epoch 6, picked on this part)',
    seed: '7',
    'made by': 'starling 1.2.3',
  });
});

test('a plain model says that it has no hidden layers, no pre-training and no validation part', () => {
  const rows = rowsOf(
    modelCard(facts({ ngrams: 1, weighting: 'binary', hidden: [], head: 'linear', stem: false }, [], null)),
  );
  expect(rows).toMatchObject({
    input: 'binary words, 5,000 terms, 98.8 % zeros',
    'hidden layers': 'none',
    output: 'linear, squared error',
    'pre-training': 'none',
    'validation RMSE': 'no validation part',
  });
});

test('layers whose pre-training was left out, or whose epochs and zeros nobody knows, are told as such', () => {
  expect(rowsOf(modelCard(facts({ hidden: [5], pretrain: false }, [0.5])))['pre-training']).toBe('none');
  const unknown = rowsOf(modelCard(facts({ hidden: [5], pretrainEpochs: [], masking: [0.5] }, [])));
  expect(unknown['pre-training']).toMatch(/: trained with 50\.0 % masked$/);
  expect(unknown['hidden layers']).toMatch(/: 5 \(0\.0 % zeros\)$/);
});

test('encoders say what they learned from, and how they are used', () => {
  const options = resolveOptions({ seed: 7, ngrams: 1, weighting: 'counts', hidden: [20] });
  const about = { options, reviews: 4321, terms: 999, version: '1.2.3' };
  const layer = { layer: 1, units: 20, epochs: 2, cost: 1, sparsity: 0.75, seconds: 1 };
  const card = encoderCard({ ...about, summary: [layer as never] });
  expect(rowsOf(card)).toMatchObject({
    'learned from': '4,321 reviews, without their ratings',
    input: 'counts words, 999 terms',
    'hidden layers': 'rectifier: 20 (75.0 % zeros)',
    seed: '7',
    'made by': 'starling 1.2.3',
  });
  expect(rowsOf(card)['pre-training']).toMatch(/^denoising autoencoders, /);
  expect(card).toContain('# Encoders pre-trained on review text\n');
  expect(card).toMatch(
    /^Use them:\n\n```sh\nstarling train reviews\.csv --encoders THIS_FOLDER --out model\n```$/m,
  );
  expect(rowsOf(encoderCard({ ...about, summary: [] }))['hidden layers']).toBe('none: a vocabulary only');
});

test('a card is Markdown with the front matter that model hubs read, and says how to use the model and what not for', () => {
  const card = modelCard(facts({}, []));
  expect(card).toMatch(
    /^---\nlibrary_name: starling\npipeline_tag: text-classification\n---\n# Star ratings from review text\n\n\| \| \|\n\|---\|---\|\n\| learned from \|/,
  );
  expect(card).toContain('\n\nEvery option is in `config.json`.\n\nUse it:\n');
  expect(card).toContain('starling predict THIS_FOLDER reviews.csv\n');
  expect(card).toContain("await SentimentModel.load('THIS_FOLDER')");
  expect(card).toMatch(/do not judge people by it\.\n$/);
});

/** Model cards: what a folder holds, for the person who finds it. Markdown with the front matter that model hubs read. */
import type { Options } from '../options.ts';
import { forLayer } from '../options.ts';
import type { PretrainedLayer } from '../pretraining/stack.ts';

export interface ModelCardFacts {
  readonly options: Options;
  readonly levels: readonly number[];
  readonly training: {
    readonly rated: number;
    readonly unrated: number;
    readonly terms: number;
    readonly validationRmse: number | null;
    readonly bestEpoch: number;
    readonly sparsity: { readonly input: number; readonly hidden: readonly number[] };
    readonly wide?: { readonly share: number; readonly terms: number } | null;
    readonly transfer?: { readonly model: string; readonly units: number } | null;
  };
  readonly version: string;
}

export function modelCard({ options, levels, training, version }: ModelCardFacts): string {
  const { sparsity } = training;
  const rows: [string, string][] = [
    ['learned from', `${count(training.rated)} rated reviews, ${count(training.unrated)} unrated`],
    ['ratings', `${levels[0]} to ${levels[levels.length - 1]} (${levels.length} levels)`],
    ['input', `${describeInput(options)}, ${count(training.terms)} terms, ${percent(sparsity.input)} zeros`],
    ['hidden layers', describeHidden(options, sparsity.hidden) + describeTransfer(training.transfer)],
    ['output', describeHead(options)],
    ...(training.wide ? [['beside the network', describeWide(training.wide)] as [string, string]] : []),
    ['pre-training', describePretraining(options)],
    [
      'validation RMSE',
      training.validationRmse === null
        ? 'no validation part'
        : `${training.validationRmse.toFixed(4)} (epoch ${training.bestEpoch}, picked on this part)`,
    ],
    ['seed', String(options.seed)],
    ['made by', `starling ${version}`],
  ];
  return page(
    'Star ratings from review text',
    rows,
    `Use it:

\`\`\`sh
starling predict THIS_FOLDER reviews.csv
\`\`\`

\`\`\`ts
import { SentimentModel } from 'starling';
const model = await SentimentModel.load('THIS_FOLDER');
console.log(model.predict('The soup was cold, but the staff could not have been kinder.').rating);
\`\`\`

It rates texts like those that it learned from: the same language, the same kind of thing, the same scale. A text of
which it knows few words gets a rating near the average (\`knownTerms\` says how many it knew). It reads words, not their
order beyond the n-grams above; irony and comparisons with something else mislead it. It has learned its reviewers'
habits, unfair ones included: do not judge people by it.
`,
  );
}

export interface EncoderCardFacts {
  readonly options: Options;
  readonly summary: readonly PretrainedLayer[];
  readonly reviews: number;
  readonly terms: number;
  readonly version: string;
}

export function encoderCard({ options, summary, reviews, terms, version }: EncoderCardFacts): string {
  const hidden = summary.map(({ sparsity }) => sparsity);
  return page(
    'Encoders pre-trained on review text',
    [
      ['learned from', `${count(reviews)} reviews, without their ratings`],
      ['input', `${describeInput(options)}, ${count(terms)} terms`],
      ['hidden layers', hidden.length === 0 ? 'none: a vocabulary only' : describeHidden(options, hidden)],
      ['pre-training', describePretraining(options)],
      ['seed', String(options.seed)],
      ['made by', `starling ${version}`],
    ],
    `Use them:

\`\`\`sh
starling train reviews.csv --encoders THIS_FOLDER --out model
\`\`\`
`,
  );
}

function page(title: string, rows: readonly [string, string][], rest: string): string {
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n');
  return `---
library_name: starling
pipeline_tag: text-classification
---
# ${title}

| | |
|---|---|
${table}

Every option is in \`config.json\`.

${rest}`;
}

function describeInput({ ngrams, weighting, stem, stopWords }: Options): string {
  const words = ngrams === 1 ? 'words' : `runs of 1 to ${ngrams} words`;
  const extras = [stem ? 'stemmed' : '', stopWords ? 'without stop words' : ''].filter((s) => s !== '');
  return [`${weighting === 'tfidf' ? 'TF-IDF' : weighting} ${words}`, ...extras].join(', ');
}

function describeHidden({ hidden, activation }: Options, sparsity: readonly number[]): string {
  if (hidden.length === 0) return 'none';
  const layers = hidden.map((units, i) => `${count(units)} (${percent(sparsity[i] ?? 0)} zeros)`);
  return `${activation}: ${layers.join(', ')}`;
}

function describeTransfer(transfer: ModelCardFacts['training']['transfer']): string {
  return transfer ? `; ${count(transfer.units)} of them began as units of the model ${transfer.model}` : '';
}

function describeHead({ head }: Options): string {
  return head === 'softmax'
    ? 'softmax over the levels; the rating is the expectation'
    : 'linear, squared error';
}

function describeWide({ share, terms }: { readonly share: number; readonly terms: number }): string {
  return `a linear model on ${count(terms)} weighted terms, which makes ${percent(share)} of the rating`;
}

function describePretraining(options: Options): string {
  if (!options.pretrain || options.hidden.length === 0) return 'none';
  const layers = options.hidden.map((_, i) => {
    const epochs =
      options.pretrainEpochs.length > 0 ? `${forLayer(options.pretrainEpochs, i)} epochs` : 'trained';
    return `${epochs} with ${percent(forLayer(options.masking, i))} masked`;
  });
  return `denoising autoencoders, ${options.reconstruction} reconstruction: ${layers.join('; ')}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

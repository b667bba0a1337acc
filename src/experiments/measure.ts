/**
 * The fits of an experiment: what a network chooses, its folds, and its error with fewer labels. Each fit is kept in the
 * checkpoint as it ends. Random numbers of a fold are the same for all networks, so that validation parts and labels are, too.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { testRowsOf } from '../evaluation/fold.ts';
import type { HeldOutFit } from '../evaluation/held-out.ts';
import type { Spread } from '../evaluation/results.ts';
import type { planFolds } from '../evaluation/run-folds.ts';
import { spreadOverFolds } from '../evaluation/spread.ts';
import type { Engine } from '../kernels/engine.ts';
import { rootMeanSquaredError } from '../metrics.ts';
import type { Options } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { bestOf, type Choice, choicesBeside, halves, type Tried } from './choose.ts';
import type { CurvePoint, VariantResult } from './results.ts';
import { savedFit } from './saved-fit.ts';
import type { Variant } from './variants.ts';

/** What all fits of the experiment share. */
export interface Run {
  readonly engine: Engine;
  readonly options: Options;
  /** What was said, which is not for the networks to choose. */
  readonly given: Partial<Options>;
  readonly plan: Awaited<ReturnType<typeof planFolds>>;
  readonly checkpoint: Checkpoint | undefined;
  readonly onProgress: OnProgress | undefined;
  readonly step: (what: string) => void;
}

/** Vocabulary and hidden layers of a network, from the unrated reviews (from all, for the transductive variant). */
async function encodersFor(run: Run, variant: Variant): Promise<EncoderData> {
  const { engine, options, plan, checkpoint, onProgress } = run;
  const { corpus, unrated } = plan;
  const rows = options.transductive
    ? Int32Array.from({ length: corpus.tokens.length }, (_, row) => row)
    : unrated;
  return learnEncoders(
    engine,
    corpus,
    rows,
    variant.options(options),
    RandomStream.fromSeed(options.seed).split('pretraining'),
    onProgress,
    checkpoint?.part(`${variant.name}-pretraining`),
  );
}

function streamOf(options: Options, fold: number): RandomStream {
  return RandomStream.fromSeed(options.seed).split('fold', fold);
}

export interface Measured {
  readonly variant: Variant;
  readonly encoders: EncoderData;
  readonly result: VariantResult;
  /** Ratings of the test reviews of each fold. */
  readonly predicted: readonly Float64Array[];
}

/** Pre-trains a network, lets it choose, and tests it on each fold. */
export async function measure(run: Run, variant: Variant): Promise<Measured> {
  const encoders = await encodersFor(run, variant);
  const { engine, options, given, plan, checkpoint, onProgress, step } = run;
  const { corpus } = plan;
  const started = performance.now();
  const base = variant.options(options);
  const choices: Choice[] = [];
  const [first, second] = halves(options.folds);
  for (const [half, folds, others] of [
    [1, first, second],
    [2, second, first],
  ] as const) {
    const rows = corpus.rated.filter((_, i) => others.includes(plan.folds[i]));
    const tried: Tried[] = [];
    for (const [i, choice] of choicesBeside(given, variant).entries()) {
      const place = checkpoint?.part(`${variant.name}-choice-${half}-${i + 1}`);
      const stream = RandomStream.fromSeed(options.seed).split('choice', half);
      const fit = await savedFit(
        engine,
        {
          corpus,
          encoders,
          options: { ...base, ...choice, validation: Math.max(base.validation, CHOICE_VALIDATION) },
          train: rows,
          test: new Int32Array(0),
          stream,
          levels: plan.levels,
        },
        place,
        onProgress,
      );
      tried.push({ options: choice, validationRmse: fit.validationRmse ?? Number.POSITIVE_INFINITY });
      step(`${variant.title}: ${JSON.stringify(choice)}, validation RMSE ${fit.validationRmse?.toFixed(4)}`);
    }
    choices.push({ folds: folds.map((fold) => fold + 1), chosen: bestOf(tried), tried });
  }
  const fits: HeldOutFit[] = [];
  for (let fold = 0; fold < options.folds; fold++) {
    const test = testRowsOf(plan, fold);
    const fit = await savedFit(
      engine,
      {
        corpus,
        encoders,
        options: { ...base, ...choiceFor(choices, fold) },
        train: trainRowsOf(run, fold),
        test,
        stream: streamOf(options, fold).split('network'),
        levels: plan.levels,
      },
      checkpoint?.part(`${variant.name}-fold-${fold + 1}`),
      onProgress,
    );
    fits.push(fit);
    step(`${variant.title}: fold ${fold + 1}, RMSE ${rmseOf(run, test, fit.ratings).toFixed(4)}`);
  }
  const predicted = fits.map(({ ratings }) => ratings);
  const result: VariantResult = {
    name: variant.name,
    title: variant.title,
    paper: variant.paper,
    options: base,
    choices,
    rmse: pooled(run, predicted),
    sparsity: {
      input: spread(fits.map(({ sparsity }) => sparsity.input)),
      layers: base.hidden.map((_, layer) => spread(fits.map(({ sparsity }) => sparsity.hidden[layer]))),
      hidden: base.hidden.length === 0 ? null : spread(fits.map((fit) => hiddenZeros(fit, base))),
    },
    bestEpochs: fits.map(({ bestEpoch }) => bestEpoch),
    pretrained: encoders.summary,
    seconds: (performance.now() - started) / 1000,
  };
  return { variant, encoders, result, predicted };
}

/** Part of the reviews that judges a choice, at least: more than what picks an epoch, since settings are compared by it. */
const CHOICE_VALIDATION = 0.2;

function choiceFor(choices: readonly Choice[], fold: number): Partial<Options> {
  return choices.find(({ folds }) => folds.includes(fold + 1))!.chosen;
}

function trainRowsOf({ plan }: Run, fold: number): Int32Array {
  return plan.corpus.rated.filter((_, i) => plan.folds[i] !== fold);
}

/** The error with `labels` of each fold's training reviews rated; those of a smaller number are among those of a larger one. */
export async function curvePoint(
  run: Run,
  { variant, encoders, result: { choices } }: Measured,
  labels: number,
): Promise<CurvePoint> {
  const { engine, options, plan, checkpoint, onProgress, step } = run;
  const predicted: Float64Array[] = [];
  for (let fold = 0; fold < options.folds; fold++) {
    const train = trainRowsOf(run, fold);
    const stream = streamOf(options, fold);
    const order = stream.split('labels').permutation(train.length);
    const fit = await savedFit(
      engine,
      {
        corpus: plan.corpus,
        encoders,
        options: { ...variant.options(options), ...choiceFor(choices, fold) },
        train: Int32Array.from(order.subarray(0, labels), (i) => train[i]).sort(),
        test: testRowsOf(plan, fold),
        stream: stream.split('network'),
        levels: plan.levels,
      },
      checkpoint?.part(`${variant.name}-labels-${labels}-fold-${fold + 1}`),
      onProgress,
    );
    predicted.push(fit.ratings);
    step(`${variant.title}, ${labels} labels: fold ${fold + 1}`);
  }
  return { variant: variant.name, labels, rmse: pooled(run, predicted) };
}

function rmseOf({ plan }: Run, rows: Int32Array, ratings: Float64Array): number {
  return rootMeanSquaredError(ratings, actualOf(plan, rows));
}

function actualOf(plan: Run['plan'], rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => plan.corpus.ratings[row]);
}

/** @param predicted of each fold */
function pooled(run: Run, predicted: readonly Float64Array[]): Spread {
  const rows = predicted.map((_, fold) => testRowsOf(run.plan, fold));
  return spreadOverFolds(
    predicted.map((ratings, fold) => rmseOf(run, rows[fold], ratings)),
    rmseOf(
      run,
      Int32Array.from(rows.flatMap((r) => [...r])),
      Float64Array.from(predicted.flatMap((r) => [...r])),
    ),
  );
}

/** A figure that does average over folds: `pooled` is its mean. */
function spread(perFold: readonly number[]): Spread {
  return spreadOverFolds(perFold, perFold.reduce((a, b) => a + b, 0) / perFold.length);
}

/** Over the units of all hidden layers. */
function hiddenZeros({ sparsity }: HeldOutFit, { hidden }: Options): number {
  const units = hidden.reduce((a, b) => a + b, 0);
  return hidden.reduce((sum, n, layer) => sum + n * sparsity.hidden[layer], 0) / units;
}

/** The constant predictor, and the squared error of each network on each test review, all in the same order. */
export function truthOf(
  run: Run,
  results: readonly { readonly predicted: readonly Float64Array[] }[],
): { constant: Spread; errors: Float64Array[] } {
  const { plan, options } = run;
  const folds = Array.from({ length: options.folds }, (_, fold) => testRowsOf(plan, fold));
  const means = folds.map((rows, fold) => {
    const train = actualOf(plan, trainRowsOf(run, fold));
    return new Float64Array(rows.length).fill(train.reduce((a, b) => a + b, 0) / train.length);
  });
  const actual = folds.flatMap((rows) => [...actualOf(plan, rows)]);
  const errors = results.map(({ predicted }) =>
    Float64Array.from(
      predicted.flatMap((ratings) => [...ratings]),
      (rating, i) => (rating - actual[i]) ** 2,
    ),
  );
  return { constant: pooled(run, means), errors };
}

/**
 * Section 4.2 of Glorot, Bordes and Bengio (2011) on one's own reviews: their five networks on the same folds (table 2), each pair
 * compared, and the error against the number of labels with and without pre-training. Each network is pre-trained once, on the
 * unrated reviews alone, for all folds, and stands alone, without the linear model that is beside it by default. Not how well the
 * defaults do: that is `crossValidate`.
 */
import { identityOf, type RunIdentity } from '../checkpoint/identity.ts';
import { openCheckpoint } from '../checkpoint/store.ts';
import { StarlingError } from '../errors.ts';
import { testRowsOf } from '../evaluation/fold.ts';
import { planFolds } from '../evaluation/run-folds.ts';
import { type Options, resolveOptions } from '../options.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { choicesBeside } from './choose.ts';
import { comparePairs } from './compare.ts';
import { curvePoint, type Measured, measure, type Run, truthOf } from './measure.ts';
import type { CurvePoint, SentimentExperiment, SentimentSettings } from './results.ts';
import { curveVariants, type Variant, variants } from './variants.ts';

/** Numbers of labels of the curve when nobody says them; those that a fold has not are left out. */
const LABELS = [250, 500, 1000, 2000, 4000] as const;

/**
 * Runs the experiment.
 * @throws StarlingError NOT_ENOUGH_DATA without enough unrated reviews to pre-train on; as `crossValidate`
 */
export async function sentimentExperiment(
  reviews: Parameters<typeof planFolds>[0],
  settings: SentimentSettings = {},
): Promise<SentimentExperiment> {
  const started = performance.now();
  const options = resolveOptions({
    ngrams: 1,
    vocabularySize: 5000,
    ...settings.options,
    wide: false,
    transfer: 'none',
  });
  if (options.hidden.length === 0 || !options.pretrain) {
    throw new StarlingError(
      'BAD_OPTION',
      'the experiment compares networks with hidden layers and with pre-training',
      'Leave --hidden none and --no-pretrain out: both are among what is compared.',
    );
  }
  const { onProgress, onStep, labels = LABELS, options: given = {} } = settings;
  const plan = await planFolds(reviews, options, settings, 0);
  const { corpus, unrated } = plan;
  if (!options.transductive && unrated.length < corpus.rated.length) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${unrated.length} unrated reviews are too few to pre-train on beside ${corpus.rated.length} rated ones`,
      'Give more with --unlabelled; or --transductive, which lets pre-training see the text of the test reviews.',
    );
  }
  const smallest = Math.min(
    ...Array.from(
      { length: options.folds },
      (_, fold) => corpus.rated.length - testRowsOf(plan, fold).length,
    ),
  );
  const sizes = [...new Set(labels)].filter((n) => n < smallest).sort((a, b) => a - b);
  const fits = (variant: Variant): number => 2 * choicesBeside(given, variant).length + options.folds;
  const curveFits = curveVariants.length * options.folds * sizes.length;
  const total = variants.reduce((sum, variant) => sum + fits(variant), 0) + curveFits;
  let done = 0;
  const step = (what: string): void => onStep?.({ what, done: ++done, total });
  const engine = await openEngine(options.threads, options.engine);
  try {
    const { levels } = settings;
    const checkpoint =
      settings.checkpoint &&
      (await openCheckpoint(
        settings.checkpoint,
        experimentIdentity(options, given, engine.name, corpus, levels),
      ));
    const run: Run = { engine, options, given, plan, checkpoint, onProgress, step };
    const measured: Measured[] = [];
    for (const variant of variants) measured.push(await measure(run, variant));
    const points: CurvePoint[] = [];
    for (const one of measured.filter(({ result }) => curveVariants.includes(result.name))) {
      for (const size of sizes) points.push(await curvePoint(run, one, size));
      points.push({ variant: one.result.name, labels: smallest, rmse: one.result.rmse });
    }
    const results = measured.map(({ result }) => result);
    const { constant, errors } = truthOf(run, measured);
    return {
      variants: results,
      constant,
      pairs: comparePairs(
        results.map(({ name, rmse }, i) => ({ name, perFold: rmse.perFold, squaredErrors: errors[i] })),
        1 / (options.folds - 1),
      ),
      curve: points,
      options,
      seed: options.seed,
      engine: engine.name,
      version: VERSION,
      data: { rated: corpus.rated.length, unrated: unrated.length },
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    engine.close();
  }
}

/** That of the run, and what was said of what would have been chosen. */
function experimentIdentity(
  options: Options,
  given: Partial<Options>,
  engine: string,
  corpus: Run['plan']['corpus'],
  levels?: readonly number[],
): RunIdentity {
  const identity = identityOf('experiment', options, engine, corpus, { levels });
  const chosen = new Set(variants.flatMap(({ choices }) => choices.flatMap((choice) => Object.keys(choice))));
  const notChosen = Object.keys(given)
    .filter((name) => chosen.has(name))
    .sort();
  return { ...identity, options: { ...identity.options, notChosen } };
}

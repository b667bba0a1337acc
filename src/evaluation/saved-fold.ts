/**
 * The outcome of a fold, kept: in a checkpoint, so that a cross-validation that goes on need not run it again, or in a piece
 * (fold-pieces.ts). Written, and read back with every check; what can be had from the plan (which reviews were tested) is not believed but compared.
 */
import type { Checkpoint, Saved, SavedState } from '../checkpoint/checkpoint.ts';
import type { EpochRecord } from '../finetuning/train.ts';
import type { Engine } from '../kernels/engine.ts';
import type { LayerData } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import type { Calibration } from './calibration.ts';
import { type FoldOutcome, type FoldPlan, runFold, testRowsOf } from './fold.ts';
import type { ModelExcerpt, NetworkExcerpt } from './mistakes.ts';
import type { Sparsity } from './results.ts';

/**
 * Runs a fold, or takes its outcome from the checkpoint.
 * @throws StarlingError as `runFold`; BAD_CHECKPOINT, INTERRUPTED
 */
export async function runSavedFold(
  engine: Engine,
  plan: FoldPlan,
  fold: number,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<FoldOutcome> {
  if (!checkpoint) return runFold(engine, plan, fold, onProgress);
  const outcomePlace = checkpoint.part(`fold-${fold + 1}-outcome`);
  const running = checkpoint.part(`fold-${fold + 1}`);
  const saved = await outcomePlace.restore();
  if (saved) {
    const outcome = restoreOutcome(saved, plan, fold);
    for (const rule of outcome.rules) onProgress?.({ phase: 'finetune', fraction: 0, epochEnd: false, rule });
    return outcome;
  }
  await checkpoint.stopIfAsked();
  const outcome = await runFold(engine, plan, fold, onProgress, running);
  await outcomePlace.save(stateOfOutcome(outcome));
  await running.drop();
  return outcome;
}

export function stateOfOutcome({
  rows,
  ratings,
  constant,
  noHiddenLayer,
  excerpt,
  rules,
  ...rest
}: FoldOutcome): SavedState {
  const arrays: Record<string, Float32Array> = {};
  const keep = (name: string, kept: NetworkExcerpt) => {
    kept.layers.forEach(({ weights, bias }, i) => {
      arrays[`${name}.${i}.weights`] = weights;
      arrays[`${name}.${i}.bias`] = bias;
    });
    const { head, vocabulary, layers } = kept;
    return { head, vocabulary, layers: layers.map(({ inputs, units }) => ({ inputs, units })) };
  };
  return {
    data: {
      ...rest,
      rows: Array.from(rows),
      ratings: Array.from(ratings),
      constant: Array.from(constant),
      noHiddenLayer: { ...noHiddenLayer, ratings: Array.from(noHiddenLayer.ratings) },
      excerpt: excerpt && {
        ...keep('excerpt', excerpt),
        wide: excerpt.wide && { ...keep('wide', excerpt.wide), share: excerpt.wide.share },
      },
      rules: savedRules(rules),
    },
    arrays,
  };
}

/** @param fold from 0 @throws StarlingError BAD_CHECKPOINT when it is no outcome of this fold */
export function restoreOutcome(saved: Saved, plan: FoldPlan, fold: number): FoldOutcome {
  const rows = testRowsOf(plan, fold);
  const { length } = rows;
  if (saved.numbers('rows', length).some((row, i) => row !== rows[i])) {
    saved.refuse('the fold has other reviews');
  }
  const result = saved.object('result');
  const hidden = plan.options.hidden.length;
  const linear = saved.object('noHiddenLayer');
  const ratings = (of: Saved, name: string): Float64Array => Float64Array.from(of.numbers(name, length));
  return {
    result: {
      fold: result.integer('fold', fold + 1, fold + 1),
      trainSize: result.integer('trainSize', 0, plan.corpus.rated.length),
      testSize: result.integer('testSize', length, length),
      rmse: result.number('rmse'),
      mae: result.number('mae'),
      sparsity: sparsityOf(result.object('sparsity'), hidden),
      bestEpoch: result.integer('bestEpoch', 0, plan.options.epochs),
      history: result.list('history', plan.options.epochs).map(
        (epoch): EpochRecord => ({
          epoch: epoch.integer('epoch', 1, plan.options.epochs),
          cost: epoch.number('cost'),
          validationRmse: epoch.has('validationRmse') ? epoch.number('validationRmse') : null,
          sparsity: epoch.numbers('sparsity', hidden),
        }),
      ),
      seconds: result.number('seconds'),
    },
    rows,
    ratings: ratings(saved, 'ratings'),
    calibration: saved.has('calibration') ? calibrationOf(saved.object('calibration')) : null,
    constant: ratings(saved, 'constant'),
    noHiddenLayer: {
      ratings: ratings(linear, 'ratings'),
      sparsity: sparsityOf(linear.object('sparsity'), 0),
    },
    excerpt: saved.has('excerpt') ? excerptOf(saved.object('excerpt'), plan) : null,
    rules: rulesOf(saved, 'rules'),
  };
}

export function savedRules(rules: readonly string[]): { readonly rule: string }[] {
  return rules.map((rule) => ({ rule }));
}

/** None from a state that was saved before rules were. */
export function rulesOf(saved: Saved, name: string): string[] {
  return saved.has(name) ? saved.list(name).map((one) => one.text('rule')) : [];
}

function sparsityOf(saved: Saved, layers: number): Sparsity {
  return { input: saved.number('input'), hidden: saved.numbers('hidden', layers) };
}

function calibrationOf(saved: Saved): Calibration {
  const share = (of: Saved, name: string): number | null => (of.has(name) ? of.number(name) : null);
  const bins = saved.list('bins', 10).map((bin) => ({
    from: bin.number('from'),
    to: bin.number('to'),
    count: bin.integer('count', 0, Number.MAX_SAFE_INTEGER),
    predicted: share(bin, 'predicted'),
    actual: share(bin, 'actual'),
  }));
  if (bins.length !== 10) saved.refuse(`"bins" has ${bins.length} bins, expected 10`);
  return {
    reviews: saved.integer('reviews', 1, Number.MAX_SAFE_INTEGER),
    levels: saved.list('levels').map((level) => ({
      level: level.number('level'),
      predicted: level.number('predicted'),
      actual: level.number('actual'),
    })),
    bins,
    calibrationError: saved.number('calibrationError'),
  };
}

function excerptOf(saved: Saved, plan: FoldPlan): ModelExcerpt {
  const own = networkExcerptOf(saved, plan, 'excerpt', plan.options.hidden);
  if (!saved.has('wide')) return own;
  const wide = saved.object('wide');
  return { ...own, wide: { ...networkExcerptOf(wide, plan, 'wide', []), share: wide.number('share') } };
}

/** @param name of its arrays @param hidden units of the hidden layers */
function networkExcerptOf(
  saved: Saved,
  plan: FoldPlan,
  name: string,
  hidden: readonly number[],
): NetworkExcerpt {
  const head = saved.object('head');
  const { head: kind } = plan.options;
  if (head.text('kind') !== kind) head.refuse(`"kind" is ${head.text('kind')}, expected ${kind}`);
  const levels = head.numbers('levels');
  const vocabulary = saved.object('vocabulary');
  const documentFrequency = vocabulary.numbers('documentFrequency');
  const terms = vocabulary.texts('terms', documentFrequency.length);
  const outputs = kind === 'softmax' ? levels.length : 1;
  // A fold may have taken units over, beside those of the options.
  const more = hidden.length === 1 ? (plan.transfer?.layers[0].units ?? 0) : 0;
  const widths = [...hidden, outputs];
  let before = terms.length;
  const layers = saved.list('layers', widths.length).map((layer, i): LayerData => {
    const inputs = layer.integer('inputs', before, before);
    const units = layer.integer('units', widths[i], widths[i] + (i < hidden.length ? more : 0));
    before = units;
    return {
      inputs,
      units,
      weights: saved.array(`${name}.${i}.weights`, inputs * units),
      bias: saved.array(`${name}.${i}.bias`, units),
    };
  });
  if (layers.length !== widths.length) saved.refuse('"layers" is no list of its length');
  return {
    head: { kind, levels, mean: head.number('mean'), std: head.number('std') },
    vocabulary: {
      terms,
      documentFrequency,
      documents: vocabulary.integer('documents', 0, 2 ** 32 - 1),
      ...(vocabulary.has('weights') ? { weights: vocabulary.numbers('weights', terms.length) } : {}),
    },
    layers,
  };
}

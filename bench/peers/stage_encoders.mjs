/** Stage of quality: what pre-trained encoders are worth after fine-tuning, by who trained them and for how long. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runContender } from './contender.mjs';
import { LARGER_MINIBATCHES, RMSPROP, starlingOptions, starlingTask, torchTask } from './tasks.mjs';

/**
 * What the encoders are worth: after each number of epochs, fine-tuned on the same rated reviews. starling's fine-tuning
 * serves both; PyTorch's encoders are fine-tuned by PyTorch too. One pre-training each; a round is a seed of fine-tuning.
 */
export function encodersStage(context) {
  const { sizes, data, units } = context;
  const folder = join(context.work, 'encoders');
  mkdirSync(folder, { recursive: true });
  const file = (set, kind) => join(data.folder, `${set}${kind}`);
  const vocabulary = file('vocabulary', '-5000.json');
  const pretrained = new Map();
  /** Trained when first asked for; with `reuse`, what an earlier run left at `path` will do, whose cost nobody knows. */
  const once = (key, path, run) => {
    if (!pretrained.has(key))
      pretrained.set(key, context.reuse && existsSync(path) ? Promise.resolve({}) : run());
    return pretrained.get(key);
  };
  const starlingFolder = (name, epochs) => join(folder, `${name.replaceAll(/\W+/g, '-')}-${epochs}`);
  const pretrainStarling = (name, options, epochs) =>
    once(`${name} ${epochs}`, starlingFolder(name, epochs), () =>
      runContender(
        'starling_pretrain.mjs',
        starlingTask(
          context,
          { ...options, pretrainEpochs: [epochs] },
          { encoders: starlingFolder(name, epochs) },
        ),
        context,
      ),
    );
  const torchPrefix = (rate) => join(folder, `torch-${rate}-`);
  const pretrainTorch = (rate) =>
    once(`torch ${rate}`, `${torchPrefix(rate)}${Math.max(...sizes.encoderEpochs)}.f32`, () =>
      runContender(
        'torch_autoencoder.py',
        torchTask(context, 5000, {
          epochs: Math.max(...sizes.encoderEpochs),
          minibatches: sizes.encoderMinibatches,
          learningRate: rate,
          encoders: torchPrefix(rate),
          untimed: 0,
        }),
        context,
      ),
    );
  const fineTune = (encoders, seed) =>
    runContender(
      'starling_ratings.mjs',
      {
        dist: context.dist,
        train: file('rated', '.jsonl'),
        test: file('test', '.jsonl'),
        // Without the linear model beside the network, which knows nothing of encoders.
        options: starlingOptions(context, { seed, epochs: sizes.epochs, wide: false }),
        encoders,
        unlabelled: null,
        model: null,
      },
      context,
    );
  const fineTuneInTorch = (encoder, seed) =>
    runContender(
      'torch_finetune.py',
      {
        matrix: file('rated', '-5000.csr'),
        ratings: file('rated', '.f32'),
        testMatrix: file('test', '-5000.csr'),
        testRatings: file('test', '.f32'),
        encoder,
        units,
        seed,
        threads: context.threads,
        epochs: sizes.epochs,
        ...context.fineTuning,
      },
      context,
    );
  const upTo = (history, epochs) => {
    if (!history) return {};
    const part = history.slice(0, epochs);
    const seconds = part.reduce((sum, epoch) => sum + epoch.seconds, 0);
    return { cost: part.at(-1).cost, pretrainSeconds: seconds };
  };
  const plural = (epochs) => `${epochs} epoch${epochs === 1 ? '' : 's'}`;
  const afterEpochs = (epochs) => [
    ...[
      { name: 'starling', options: {} },
      ...LARGER_MINIBATCHES,
      { name: 'starling, RMSProp', options: RMSPROP },
    ].map(({ name, options }) => ({
      name: `${name}, ${plural(epochs)}`,
      run: async (seed) => {
        const { cost, seconds } = await pretrainStarling(name, options, epochs);
        return { cost, pretrainSeconds: seconds, ...(await fineTune(starlingFolder(name, epochs), seed)) };
      },
    })),
    ...context.torchRates.flatMap((rate) => [
      {
        name: `PyTorch ${rate}, ${plural(epochs)}`,
        needs: ['torch'],
        run: async (seed) => {
          const { history } = await pretrainTorch(rate);
          const encoders = { file: `${torchPrefix(rate)}${epochs}.f32`, vocabulary, units };
          return { ...upTo(history, epochs), ...(await fineTune(encoders, seed)) };
        },
      },
      {
        name: `PyTorch ${rate}, ${plural(epochs)}, fine-tuned in PyTorch`,
        needs: ['torch'],
        run: async (seed) => {
          const { history } = await pretrainTorch(rate);
          return {
            ...upTo(history, epochs),
            ...(await fineTuneInTorch(`${torchPrefix(rate)}${epochs}.f32`, seed)),
          };
        },
      },
    ]),
  ];
  return {
    name: 'encoders',
    title: `Test RMSE after fine-tuning on ${data.counts.rated} rated reviews, by the encoders' origin`,
    baseline: `starling, ${plural(Math.max(...sizes.encoderEpochs))}`,
    metric: 'rmse',
    higherIsBetter: false,
    columns: [
      { key: 'rmse', title: 'test RMSE', digits: 4 },
      { key: 'pretrainSeconds', title: 'pre-training s' },
      { key: 'cost', title: 'cost', digits: 1 },
      { key: 'fitSeconds', title: 'fine-tuning s' },
      { key: 'bestEpoch', title: 'best epoch' },
    ],
    contenders: sizes.encoderEpochs.flatMap(afterEpochs),
  };
}

/** Stages of speed: pre-training one layer over 5,000 terms, and over 50,000. */
import { join } from 'node:path';
import { checkFirstCost, firstCost } from './check.mjs';
import { runContender } from './contender.mjs';
import { LARGER_MINIBATCHES, MINIBATCH, RMSPROP, starlingTask, torchTask } from './tasks.mjs';

const trainingColumns = [
  { key: 'reviewsPerSecond', title: 'reviews/s' },
  { key: 'cpuSecondsPerThousand', title: 'CPU s per 1000' },
  { key: 'cost', title: 'cost', digits: 1 },
];

/** Options under which starling does the peers' work to the letter: every zero reconstructed, Adam, their minibatch. */
const SAME_WORK = {
  reconstructionSamples: [0],
  pretrainBatchSize: MINIBATCH,
  pretrainOptimizer: 'adam',
  pretrainLearningRate: [0.001],
};

/** Speed of pre-training one layer over 5,000 terms. */
export function layerStage(context) {
  const expected = firstCost(join(context.data.folder, 'unlabelled-5000.csr'), context.units);
  const starling = (options) => () =>
    runContender('starling_pretrain.mjs', starlingTask(context, options), context);
  const peer = (name, program, task) => async () => {
    const result = await runContender(program, task, context);
    checkFirstCost(name, result, expected);
    return result;
  };
  const torch = (name, encoder) => ({
    name,
    needs: ['torch'],
    run: peer(
      name,
      'torch_autoencoder.py',
      torchTask(context, 5000, { encoder, minibatches: context.sizes.torchMinibatches }),
    ),
  });
  return {
    name: 'layer',
    title: `Pre-training a layer of 5,000 terms and ${context.units} units, ${context.threads} threads`,
    baseline: 'starling',
    metric: 'reviewsPerSecond',
    higherIsBetter: true,
    columns: trainingColumns,
    contenders: [
      { name: 'starling', run: starling({}) },
      { name: 'starling, one thread', run: starling({ threads: 1 }) },
      ...LARGER_MINIBATCHES.map(({ name, options }) => ({ name, run: starling(options) })),
      { name: 'starling, RMSProp', run: starling(RMSPROP) },
      { name: 'starling, native build', needs: ['native'], run: starling({ engine: 'native' }) },
      {
        name: 'starling, native build, RMSProp',
        needs: ['native'],
        run: starling({ ...RMSPROP, engine: 'native' }),
      },
      {
        name: `starling, native build, RMSProp, minibatches of ${MINIBATCH}`,
        needs: ['native'],
        run: starling({ ...RMSPROP, engine: 'native', pretrainBatchSize: MINIBATCH }),
      },
      { name: 'starling, every zero, Adam', run: starling({ ...SAME_WORK, pretrainEpochs: [1] }) },
      torch('PyTorch dense', 'dense'),
      torch('PyTorch EmbeddingBag', 'bag'),
      {
        name: 'tfjs WASM dense',
        needs: ['tfjs'],
        run: peer(
          'tfjs',
          'tfjs_autoencoder.mjs',
          torchTask(context, 5000, { minibatches: context.sizes.tfjsMinibatches }),
        ),
      },
    ],
  };
}

/** The same over 50,000 terms: what the dense ones pay for zeros. */
export function wideStage(context) {
  const starling = (options) => () =>
    runContender(
      'starling_pretrain.mjs',
      starlingTask(context, { vocabularySize: 50000, ...options }),
      context,
    );
  const torch = (name, encoder) => ({
    name,
    needs: ['torch'],
    run: () =>
      runContender(
        'torch_autoencoder.py',
        torchTask(context, 50000, { encoder, minibatches: context.sizes.wideMinibatches, untimed: 1 }),
        context,
      ),
  });
  return {
    name: 'wide',
    title: `Pre-training a layer of ${context.data.matrices[50000].terms} terms and ${context.units} units, ${context.threads} threads`,
    baseline: 'starling',
    metric: 'reviewsPerSecond',
    higherIsBetter: true,
    columns: trainingColumns,
    contenders: [
      { name: 'starling', run: starling({}) },
      { name: 'starling, RMSProp', run: starling(RMSPROP) },
      { name: 'starling, native build', needs: ['native'], run: starling({ engine: 'native' }) },
      {
        name: 'starling, native build, RMSProp',
        needs: ['native'],
        run: starling({ ...RMSPROP, engine: 'native' }),
      },
      torch('PyTorch dense', 'dense'),
      torch('PyTorch EmbeddingBag, sparse', 'bag-sparse'),
    ],
  };
}

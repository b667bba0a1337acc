/** Stages from raw text to ratings: fitting and rating with everything that a user waits for, and bulk prediction. */
import { join } from 'node:path';
import { runContender } from './contender.mjs';
import { starlingOptions } from './tasks.mjs';

/** From raw text to ratings: everything that a user waits for, and what comes out. */
export function ratingsStage(context) {
  const { sizes, data } = context;
  const file = (name) => join(data.folder, name);
  const starling = (options, more) => () =>
    runContender(
      'starling_ratings.mjs',
      {
        dist: context.dist,
        train: file('rated.jsonl'),
        test: file('test.jsonl'),
        options: starlingOptions(context, {
          epochs: sizes.epochs,
          pretrainEpochs: [Math.max(...sizes.encoderEpochs)],
          ...options,
        }),
        encoders: { vocabulary: file('vocabulary-5000.json') },
        unlabelled: null,
        model: null,
        ...more,
      },
      context,
    );
  const sklearn = (name, contender, rounds) => ({
    name,
    needs: ['sklearn'],
    rounds,
    run: (seed) =>
      runContender(
        'sklearn_ratings.py',
        {
          contender,
          choose: true,
          train: file('rated.jsonl'),
          test: file('test.jsonl'),
          terms: 5000,
          units: context.units,
          epochs: sizes.epochs,
          seed,
        },
        context,
      ),
  });
  const fasttext = (name, options, vectorsFrom, rounds) => ({
    name,
    needs: ['fasttext'],
    rounds,
    run: () =>
      runContender(
        'fasttext_ratings.mjs',
        {
          train: file('rated.txt'),
          test: file('test.txt'),
          actual: file('test.f32'),
          folder: context.work,
          arguments: options,
          vectorsFrom,
          vectorEpochs: sizes.vectorEpochs,
          threads: context.threads,
        },
        context,
      ),
  });
  const tutorial = ['-lr', 0.5, '-epoch', 25, '-wordNgrams', 2];
  return {
    name: 'ratings',
    title: `From the text of ${data.counts.rated} rated reviews to ratings of ${data.counts.test} others`,
    baseline: 'starling',
    metric: 'rmse',
    higherIsBetter: false,
    columns: [
      { key: 'rmse', title: 'test RMSE', digits: 4 },
      { key: 'fitSeconds', title: 'fit s' },
      { key: 'reviewsPerSecond', title: 'predicted/s' },
    ],
    contenders: [
      {
        name: 'starling',
        run: starling({}, { encoders: null, unlabelled: file('unlabelled.jsonl') }),
      },
      { name: 'starling, no pre-training', run: starling({}) },
      { name: 'starling, no hidden layer', run: starling({ hidden: [], dropout: 0 }) },
      sklearn('TF-IDF + ridge', 'ridge'),
      sklearn('TF-IDF + logistic', 'logistic'),
      sklearn('MLPRegressor', 'mlp', 1),
      fasttext('fastText, defaults', ['-wordNgrams', 2], null),
      fasttext('fastText, its tutorial', tutorial, null),
      fasttext('fastText, vectors of the unlabelled', tutorial, file('unlabelled.txt'), 1),
    ],
  };
}

/** Bulk prediction from raw text, everyone with one thread and pinned to one core. */
export function predictStage(context) {
  const { sizes, data } = context;
  const file = (name) => join(data.folder, name);
  const model = join(context.work, 'model');
  const pinned = { ...context, threads: 1, core: context.predictionCore };
  let trained = null;
  const starling = async () => {
    trained ??= runContender(
      'starling_ratings.mjs',
      {
        dist: context.dist,
        train: file('rated.jsonl'),
        test: file('test.jsonl'),
        options: starlingOptions(context, { pretrainEpochs: [1], epochs: sizes.epochs, threads: 1 }),
        encoders: null,
        unlabelled: file('unlabelled.jsonl'),
        model,
      },
      context,
    );
    await trained;
    return runContender(
      'starling_predict.mjs',
      { dist: context.dist, model, test: file('test.jsonl') },
      pinned,
    );
  };
  const ridge = (name, contender) => ({
    name,
    needs: ['sklearn', 'taskset'],
    run: (seed) =>
      runContender(
        'sklearn_ratings.py',
        { contender, choose: false, train: file('rated.jsonl'), test: file('test.jsonl'), terms: 5000, seed },
        pinned,
      ),
  });
  return {
    name: 'predict',
    title: `Ratings of ${data.counts.test} raw texts, one thread on one core`,
    baseline: 'starling',
    metric: 'reviewsPerSecond',
    higherIsBetter: true,
    columns: [
      { key: 'reviewsPerSecond', title: 'reviews/s' },
      { key: 'cpuSecondsPerThousand', title: 'CPU s per 1000' },
      { key: 'rmse', title: 'test RMSE', digits: 4 },
    ],
    contenders: [
      { name: 'starling', needs: ['taskset'], run: starling },
      ridge('TF-IDF + ridge', 'ridge'),
      ridge('TF-IDF + ridge, single words', 'ridge-words'),
    ],
  };
}

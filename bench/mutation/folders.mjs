/**
 * What the mutation check changes, and which tests it then asks: those of the folder and of what stands on it, as far as they
 * run on src. Tests of the command line, of worker threads and of the page run dist, where nothing is changed.
 */

/** Pure functions of evaluation; the rest of that folder runs whole folds, and of model whole trainings. */
const EVALUATION = [
  ...[
    'calibration',
    'folds-progress',
    'mistakes',
    'predicted-reviews',
    'significance',
    'spread',
    'summarise',
  ],
];
/** What runs folds, each with a quick test of a few reviews; the long ones, of runs that are killed, are not asked. */
const EVALUATION_RUNS = ['fold', 'run-folds'];
const EVALUATION_PIECES = ['held-out', 'fold-task', 'cross-validate', 'fold-pieces'];
const MODEL = ['card'];
const SAVED = ['folder', 'parts', 'tensors'];
const MODEL_ENCODERS = ['prediction', 'encoders'];
const MODEL_RATING = ['rater', 'rating-pool'];
const paths = (folder, names) => names.map((name) => `src/${folder}/${name}.ts`);

/** By what MUTATE says. The cheapest tests come first, since the first one that fails is enough. */
const FOLDERS = {
  sparse: { mutate: ['src/sparse/*.ts'], tests: ['sparse/csr'] },
  kernels: {
    mutate: ['src/kernels/reference*.ts'],
    tests: ['kernels/reference-functions', 'kernels/contract'],
  },
  network: {
    mutate: ['src/network/sparse-batch.ts'],
    tests: [
      'network/sparse-batch',
      'network/forward',
      'network/predict',
      'network/network',
      'network/gradients',
    ],
  },
  evaluation: {
    mutate: ['src/metrics.ts', ...paths('evaluation', EVALUATION)],
    tests: [
      'metrics',
      ...['calibration', 'folds-progress', 'significance', 'summarise', 'mistakes'].map(
        (name) => `evaluation/${name}`,
      ),
    ],
  },
  'evaluation-runs': {
    mutate: paths('evaluation', EVALUATION_RUNS),
    tests: ['evaluation/run-folds', 'evaluation/fold', 'evaluation/copies'],
  },
  'evaluation-saved': { mutate: paths('evaluation', ['saved-fold']), tests: ['evaluation/saved-fold'] },
  'evaluation-pieces': {
    mutate: paths('evaluation', EVALUATION_PIECES),
    tests: ['evaluation/held-out', 'evaluation/fold-pieces'],
  },
  saved: { mutate: paths('saved', SAVED), tests: ['saved/folder'] },
  model: { mutate: paths('model', MODEL), tests: ['model/card'] },
  'model-encoders': { mutate: paths('model', MODEL_ENCODERS), tests: ['model/prediction', 'model/encoders'] },
  'model-training': {
    mutate: paths('model', ['sentiment-model']),
    tests: ['golden/golden', 'model/training'],
  },
  'model-rating': {
    mutate: paths('model', MODEL_RATING),
    tests: [
      'golden/golden',
      'model/rating-pool-start',
      'model/wide',
      'model/rating-pool',
      'model/sentiment-model',
      'model/explain',
    ],
  },
};

const asked = process.env.MUTATE ?? '';
if (!(asked in FOLDERS)) {
  throw new Error(`MUTATE is "${asked}", expected one of ${Object.keys(FOLDERS).join(', ')}`);
}
export const name = asked;
export const { mutate, tests } = FOLDERS[asked];

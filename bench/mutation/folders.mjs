/**
 * What the mutation check changes, and which tests it then asks: those of the folder and of what stands on it, as far as they
 * run on src. Tests of the command line, of worker threads and of the page run dist, where nothing is changed.
 */

/** Pure functions of evaluation; the rest of that folder runs whole folds, and of model whole trainings. */
const EVALUATION = ['metrics', 'calibration', 'folds-progress', 'mistakes', 'predicted-reviews', 'summarise'];
const MODEL = ['card', 'folder', 'parts', 'tensors'];
const paths = (folder, names) => names.map((name) => `src/${folder}/${name}.ts`);
const others = (folder, names) => [`src/${folder}/*.ts`, ...paths(folder, names).map((path) => `!${path}`)];

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
    mutate: paths('evaluation', EVALUATION),
    tests: ['metrics', 'calibration', 'folds-progress', 'mistakes', 'predictions'].map(
      (name) => `evaluation/${name}`,
    ),
  },
  'evaluation-runs': {
    mutate: others('evaluation', EVALUATION),
    tests: [
      'evaluation/predictions',
      'evaluation/mistakes',
      'evaluation/cross-validate',
      'checkpoint/resume',
    ],
  },
  model: { mutate: paths('model', MODEL), tests: ['model/card', 'model/folder'] },
  'model-training': {
    mutate: others('model', MODEL),
    tests: ['golden/golden', 'model/rating-pool', 'model/sentiment-model', 'model/explain'],
  },
};

const asked = process.env.MUTATE ?? '';
if (!(asked in FOLDERS)) {
  throw new Error(`MUTATE is "${asked}", expected one of ${Object.keys(FOLDERS).join(', ')}`);
}
export const name = asked;
export const { mutate, tests } = FOLDERS[asked];

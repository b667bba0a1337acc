/** The library's door for browsers: models that were trained elsewhere rate and explain. Re-exports and nothing else. */
export { type ErrorCode, StarlingError } from './errors.ts';
export type {
  ActiveUnits,
  Explanation,
  OutputSplit,
  Place,
  TermContribution,
  WordContribution,
} from './explanation/explanation.ts';
export type { Prediction } from './model/prediction.ts';
export { BrowserModel, kernelFile, type ModelFiles } from './page/browser-model.ts';
export { loadModel, type ModelPlace } from './page/load-model.ts';
export type { ModelFacts } from './server/protocol.ts';
export { VERSION } from './version.ts';

/** The library's door: re-exports and nothing else. */
export { type CheckpointSettings, removeCheckpoint } from './checkpoint/store.ts';
export { collectReviews, readReviews } from './corpus/read-reviews.ts';
export type { Review } from './corpus/review.ts';
export type { ReadOptions } from './corpus/table.ts';
export { type ErrorCode, StarlingError } from './errors.ts';
export type { Calibration, CalibrationBin } from './evaluation/calibration.ts';
export { type CrossValidationSettings, crossValidate } from './evaluation/cross-validate.ts';
export {
  crossValidateFolds,
  type FoldPiece,
  type FoldPieceSettings,
  mergeFolds,
} from './evaluation/fold-pieces.ts';
export type { ModelExcerpt } from './evaluation/mistakes.ts';
export type {
  CrossValidationResult,
  EvaluationResult,
  FoldResult,
  PredictedReviews,
  Sparsity,
  Spread,
  TestedReviews,
} from './evaluation/results.ts';
export type {
  ActiveUnits,
  ExplainSettings,
  Explanation,
  OutputSplit,
  Place,
  TermContribution,
  WordContribution,
} from './explanation/explanation.ts';
export type {
  Drive,
  InspectSettings,
  LayerInspection,
  ModelInspection,
  NearTerms,
  TermEffect,
  UnitInspection,
} from './explanation/knowledge.ts';
export { type ExportSummary, exportModel } from './exports/export-model.ts';
export { targetNames as exportTargets } from './exports/targets.ts';
export { meanAbsoluteError, rootMeanSquaredError } from './metrics.ts';
export { Encoders, type PretrainSettings } from './model/encoders.ts';
export type { Prediction } from './model/prediction.ts';
export { RatingPool } from './model/rating-pool.ts';
export {
  SentimentModel,
  type TrainingSummary,
  type TrainSettings,
} from './model/sentiment-model.ts';
export {
  defaultOptions,
  type OptionName,
  type Options,
  optionSpecs,
  resolveOptions,
} from './options.ts';
export { type PresetName, presets } from './presets.ts';
export type { OnProgress, Progress } from './progress.ts';
export type { PlacedReview, PretrainingEpoch, ReportFacts } from './report/html/facts.ts';
export { crossValidationReport, type TrainedModel, trainingReport } from './report/html/report.ts';
export { Vectorizer } from './text/vectorizer.ts';
export { VERSION } from './version.ts';

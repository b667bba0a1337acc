/**
 * Results → a report: one self-contained HTML page, for a cross-validation or for one training. Only what is in the results
 * is shown, nothing is trained here; the worst mistakes are explained by the models that made them.
 */
import { worstMistakes } from '../../evaluation/mistakes.ts';
import type { CrossValidationResult, PredictedReviews } from '../../evaluation/results.ts';
import { explainerOf } from '../../explanation/excerpt.ts';
import type { SentimentModel } from '../../model/sentiment-model.ts';
import { VERSION } from '../../version.ts';
import {
  count,
  duration,
  isContinuous,
  levelList,
  networkOf,
  percent,
  pooledMeans,
  protocolOf,
  transferFacts,
} from '../table.ts';
import { confusionOf, groupByLevel, shownLevels } from './by-level.ts';
import { levelShares, reliabilityDiagram } from './calibration-charts.ts';
import { confusionTable } from './confusion.ts';
import { learningCurves, pretrainingCurves, sparsityCurves } from './curves.ts';
import { type ReportFacts, SHOWN_MISTAKES } from './facts.ts';
import { comparisonTable, foldsTable } from './folds.ts';
import { type Content, html, type Markup } from './markup.ts';
import { gatherMistakes, mistakesSection } from './mistakes.ts';
import { figure } from './numbers.ts';
import { commandBlock, filesTable, optionsTables } from './origin.ts';
import { charts, page, type Section } from './page.ts';
import { predictedAgainstTrue, residualsByLevel } from './spread-charts.ts';
import { definitions } from './table.ts';

/**
 * The report of a cross-validation. Without `tested` (of `keepPredictions`) the parts about predictions are left out,
 * without its excerpts (of `keepMistakes`) the worst mistakes are shown without explanations.
 * @returns an HTML document
 */
export async function crossValidationReport(
  result: CrossValidationResult,
  facts: ReportFacts = {},
): Promise<string> {
  const { folds, rmse, mae, baselines, options, data, tested, version, seconds } = result;
  const curves = folds.map(({ fold, history, bestEpoch }) => ({ name: `fold ${fold}`, history, bestEpoch }));
  const explainers = new Map<number, ReturnType<typeof explainerOf>>();
  const explain = (fold: number, text: string) => {
    const excerpt = tested?.excerpts[fold - 1];
    if (!excerpt) return null;
    const explainer = explainers.get(fold) ?? explainerOf(excerpt, options);
    explainers.set(fold, explainer);
    return explainer.explain(text);
  };
  const mistakes =
    tested &&
    (await gatherMistakes(
      tested,
      worstMistakes(tested, facts.mistakes ?? SHOWN_MISTAKES),
      facts.reviews,
      ({ text }, i) => ({
        actual: tested.actual[i],
        predicted: tested.predicted[i],
        fold: tested.folds[i],
        explanation: explain(tested.folds[i], text),
      }),
    ));
  const levels = tested ? shownLevels(data.levels, tested.actual) : data.levels;
  return page({
    title: `Cross-validation${ofFiles(facts)}`,
    lead: `${count(data.rated)} rated reviews${data.unrated > 0 ? ` and ${count(data.unrated)} unrated` : ''}, ${folds.length} folds, in ${duration(seconds)}.`,
    figures: [
      {
        name: 'RMSE',
        value: figure(rmse.pooled),
        about: `pooled; ${figure(rmse.mean)} ± ${figure(rmse.std)} over folds`,
      },
      { name: 'MAE', value: figure(mae.pooled), about: 'pooled' },
      {
        name: 'RMSE, no hidden layer',
        value: figure(baselines.noHiddenLayer.rmse.pooled),
        about: 'pooled, same folds',
      },
      {
        name: 'RMSE, constant',
        value: figure(baselines.constant.rmse.pooled),
        about: 'pooled, same folds',
      },
    ],
    sections: [
      {
        id: 'folds',
        title: 'Folds',
        content: html`${foldsTable(result)}
<p class="small">${pooledMeans(result)} ${protocolOf(result, facts.encoders)} Zeros: fraction of exact zeros.</p>
${comparisonTable(result)}`,
      },
      ...learningSections(curves, facts),
      ...predictionSections(tested, levels, 'every rated review, in the fold in which it was tested'),
      mistakesPart(mistakes, levels, facts),
      {
        id: 'data',
        title: 'Data',
        content: html`${definitions([
          ['rated reviews', count(data.rated)],
          ['unrated reviews', count(data.unrated)],
          ['levels', levelsOf(data.levels)],
        ])}${filesTable(facts.files ?? [], facts.unlabelled ?? [])}`,
      },
      originSection(options, facts),
    ],
    made: facts.made ?? new Date(),
    version,
  });
}

/** What is shown of a model: one that `train` just made, with `keepPredictions`. */
export type TrainedModel = Pick<SentimentModel, 'options' | 'levels' | 'training' | 'validation' | 'explain'>;

/**
 * The report of one training. The predictions in it are those for the validation part; without `model.validation` (of
 * `keepPredictions`) these parts are left out.
 * @returns an HTML document
 */
export async function trainingReport(model: TrainedModel, facts: ReportFacts = {}): Promise<string> {
  const { options, training, validation } = model;
  const { history, bestEpoch, validationRmse, sparsity } = training;
  const mistakes =
    validation &&
    (await gatherMistakes(
      validation,
      worstMistakes(validation, facts.mistakes ?? SHOWN_MISTAKES),
      facts.reviews,
      ({ text }, i) => ({
        actual: validation.actual[i],
        predicted: validation.predicted[i],
        fold: null,
        explanation: model.explain(text),
      }),
    ));
  const levels = validation ? shownLevels(model.levels, validation.actual) : model.levels;
  return page({
    title: `Training${ofFiles(facts)}`,
    lead: `${count(training.rated)} rated reviews and ${count(training.unrated)} unrated, in ${duration(training.seconds)}.`,
    figures: [
      {
        name: 'Validation RMSE',
        value: validationRmse === null ? 'none' : figure(validationRmse),
        about:
          validationRmse === null
            ? 'no validation part'
            : 'the best epoch was picked by it; crossvalidate measures without bias',
      },
      { name: 'Best epoch', value: String(bestEpoch), about: `of ${history.length}` },
      { name: 'Zeros of the input', value: percent(sparsity.input) },
      ...sparsity.hidden.map((zeros, i) => ({ name: `Zeros of hidden ${i + 1}`, value: percent(zeros) })),
      ...(training.wide
        ? [{ name: 'Linear part', value: percent(training.wide.share), about: 'its share of the rating' }]
        : []),
    ],
    sections: [
      ...learningSections([{ name: '', history, bestEpoch }], facts),
      ...predictionSections(
        validation ?? undefined,
        levels,
        'the reviews of the validation part, from which nothing was learned but the best epoch',
      ),
      mistakesPart(mistakes ?? undefined, levels, facts),
      {
        id: 'data',
        title: 'Data and network',
        content: html`${definitions([
          ['rated reviews', count(training.rated)],
          ['unrated reviews', count(training.unrated)],
          ['levels', levelsOf(model.levels)],
          ['network', networkOf(training.terms, options)],
          ...transferFacts(training.transfer),
          ...(facts.encoders === undefined ? [] : [['encoders', facts.encoders] as const]),
        ])}${filesTable(facts.files ?? [], facts.unlabelled ?? [])}`,
      },
      originSection(options, facts),
    ],
    made: facts.made ?? new Date(),
    version: VERSION,
  });
}

/** Names of files in a title; without folders, and not all of many. */
function ofFiles({ files = [] }: ReportFacts): string {
  const names = files.map(({ name }) => name.replace(/^.*[/\\]/, ''));
  if (names.length === 0) return '';
  return names.length <= 2 ? ` of ${names.join(' and ')}` : ` of ${names[0]} and ${names.length - 1} others`;
}

const levelsOf = (levels: readonly number[]): string =>
  isContinuous(levels) ? 'continuous' : levelList(levels);

function learningSections(curves: Parameters<typeof learningCurves>[0], facts: ReportFacts): Section[] {
  const zeros = sparsityCurves(curves);
  return [
    {
      id: 'learning',
      title: 'Learning',
      content: charts(learningCurves(curves), zeros, pretrainingCurves(facts.pretraining ?? [])),
    },
  ];
}

/** @param which reviews are meant, in words */
function predictionSections(
  predicted: PredictedReviews | undefined,
  levels: readonly number[],
  which: string,
): Section[] {
  if (!predicted || predicted.rows.length === 0) return [];
  const groups = groupByLevel(predicted, levels);
  const { calibration } = predicted;
  return [
    {
      id: 'predictions',
      title: 'Predictions',
      content: html`<p class="small">Of ${count(predicted.rows.length)} predictions: ${which}.</p>
${charts(
  predictedAgainstTrue(groups),
  residualsByLevel(groups),
  confusionTable(confusionOf(predicted, levels), levels),
)}`,
    },
    {
      id: 'calibration',
      title: 'Calibration',
      content: calibration
        ? charts(reliabilityDiagram(calibration), levelShares(calibration))
        : html`<p>The linear head predicts no probabilities, so there is nothing to calibrate.</p>`,
    },
  ];
}

function mistakesPart(
  mistakes: Awaited<ReturnType<typeof gatherMistakes>> | undefined,
  levels: readonly number[],
  { files = [] }: ReportFacts,
): Section {
  const some = mistakes && mistakes.tooHigh.length + mistakes.tooLow.length > 0;
  const content: Content = some ? mistakesSection(mistakes, levels, files.length) : null;
  return { id: 'mistakes', title: 'Worst mistakes', content };
}

function originSection(options: CrossValidationResult['options'], { command }: ReportFacts): Section {
  const content: Markup = html`${commandBlock(command)}${optionsTables(options)}`;
  return { id: 'options', title: 'Options', content };
}

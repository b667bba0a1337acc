/**
 * The report of an experiment: the tables of `experimentTable` with charts of the errors and of the error by the number of labels, as
 * a page like that of a cross-validation. The charts are also given alone, as SVG files for a document.
 */
import { scaleBand, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { CurvePoint, SentimentExperiment } from '../../experiments/results.ts';
import {
  curveRows,
  experimentNotes,
  plusMinus,
  pValue,
  zerosOf,
  zerosOfLayers,
} from '../experiment-table.ts';
import { count, duration } from '../table.ts';
import { axes, chart, HEIGHT, horizontal, MARGIN, ticksOf, vertical, WIDTH } from './chart.ts';
import { legendItem } from './curves.ts';
import type { ReportFacts } from './facts.ts';
import { type Content, html, type Markup, rawMarkup } from './markup.ts';
import { figure, px } from './numbers.ts';
import { commandBlock, filesTable, optionsTables } from './origin.ts';
import { charts, page } from './page.ts';
import { STYLE } from './style.ts';
import { table } from './table.ts';

/** @returns an HTML document */
export function experimentReport(
  result: SentimentExperiment,
  facts: Omit<ReportFacts, 'reviews'> = {},
): string {
  const { variants, options, data, constant } = result;
  return page({
    title: 'The networks of table 2',
    lead: `${count(data.rated)} rated reviews and ${count(data.unrated)} unrated, ${options.folds} folds, in ${duration(result.seconds)}.`,
    figures: [
      ...variants.map(({ title, rmse, sparsity }) => ({
        name: `RMSE, ${title}`,
        value: figure(rmse.mean),
        about: `± ${figure(rmse.std)} over folds${sparsity.hidden ? `, ${Math.round(100 * sparsity.hidden.mean)} % zeros` : ''}`,
      })),
      { name: 'RMSE, constant', value: figure(constant.mean), about: 'same folds' },
    ],
    sections: [
      {
        id: 'networks',
        title: 'Networks',
        content: html`${networksTable(result)}${charts(errorChart(result), labelsChart(result))}
${experimentNotes(result).map((sentence) => html`<p class="small">${sentence}</p>\n`)}`,
      },
      { id: 'pairs', title: 'Pairs', content: pairsTable(result) },
      { id: 'choices', title: 'Settings that were chosen', content: choicesTable(result) },
      {
        id: 'data',
        title: 'Data',
        content: filesTable(facts.files ?? [], facts.unlabelled ?? []),
      },
      {
        id: 'options',
        title: 'Options',
        content: html`${commandBlock(facts.command)}${optionsTables(options)}`,
      },
    ],
    made: facts.made ?? new Date(),
    version: result.version,
  });
}

/** A chart of `experimentReport` as a file of its own: with what its colours and numbers mean, which on the page stands beside it. */
export function experimentSvg(result: SentimentExperiment, which: 'networks' | 'labels'): string {
  const { drawing, title, legend } =
    which === 'networks'
      ? {
          drawing: errorDrawing(result),
          title: ERRORS,
          legend: result.variants.map(({ title }, i) => legendLine(`${i + 1}: ${title}`, i)),
        }
      : {
          drawing: labelsDrawing(result),
          title: LABELS,
          legend: curveTitles(result).map((title, i) => legendLine(title, i, `c${i + 1}`)),
        };
  const height = HEIGHT + LEGEND_LINE * legend.length + 8;
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${2 * WIDTH}" height="${2 * height}" role="img">
<title>${title}</title>
<style>${rawMarkup(STYLE)}</style>
<rect width="${WIDTH}" height="${height}" style="fill:var(--ground)"/>
${drawing}
${legend}</svg>`.text
  }\n`;
}

/** Pixels from one line of a legend to the next. */
const LEGEND_LINE = 16;

/** @param colour class of its line, where it is one */
function legendLine(title: string, i: number, colour?: string): Markup {
  const y = HEIGHT + LEGEND_LINE * i + 8;
  const swatch = colour && html`<path class="line ${colour}" d="M${MARGIN.left} ${y - 4}h16"/>`;
  return html`${swatch ?? ''}<text x="${MARGIN.left + (colour ? 24 : 0)}" y="${y}">${title}</text>\n`;
}

/** Of the networks of the curve. */
function curveTitles(result: SentimentExperiment): string[] {
  return curveRows(result).names.map((name) => result.variants.find((one) => one.name === name)!.title);
}

const ERRORS = 'Error of each network';
const LABELS = 'Error by the number of labels';

function networksTable({ variants, constant }: SentimentExperiment): Markup {
  const number = (title: string) => ({ title, number: true });
  return table({
    caption: 'Networks on the same folds',
    captionHidden: true,
    columns: [
      { title: 'network' },
      ...['RMSE', 'pooled', 'zeros', 'zeros by layer', 'RMSE in the paper'].map(number),
    ],
    rows: variants.map((variant) => [
      variant.title,
      plusMinus(variant.rmse),
      figure(variant.rmse.pooled),
      zerosOf(variant),
      zerosOfLayers(variant),
      variant.paper,
    ]),
    foot: [['constant', plusMinus(constant), figure(constant.pooled), '', '', '']],
  });
}

function pairsTable({ variants, pairs, options }: SentimentExperiment): Markup {
  const title = new Map(variants.map(({ name, title: said }) => [name, said]));
  return table({
    caption: 'Differences of RMSE, fold by fold',
    captionHidden: true,
    columns: [
      { title: 'better' },
      { title: 'worse' },
      ...['by', '95 % interval', 'folds', 'p', 'adjusted p', 'p over reviews'].map((name) => ({
        title: name,
        number: true,
      })),
    ],
    rows: pairs.map(({ better, worse, difference, foldsWon, adjustedP, reviewsP }) => [
      title.get(better),
      title.get(worse),
      figure(difference.mean),
      difference.interval.map(figure).join(' to '),
      `${foldsWon} of ${options.folds}`,
      pValue(difference.p),
      pValue(adjustedP),
      pValue(reviewsP),
    ]),
  });
}

function choicesTable({ variants }: SentimentExperiment): Markup {
  const said = (options: object): string =>
    Object.entries(options)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return table({
    caption: 'Validation RMSE of each setting, for the folds that it was tried for',
    columns: [
      { title: 'network' },
      { title: 'folds' },
      { title: 'setting' },
      { title: 'validation RMSE', number: true },
      { title: 'chosen' },
    ],
    rows: variants.flatMap(({ title, choices }) =>
      choices.flatMap(({ folds, tried, chosen }) =>
        tried.map(({ options, validationRmse }) => [
          title,
          `${folds[0]} to ${folds[folds.length - 1]}`,
          said(options),
          figure(validationRmse),
          said(options) === said(chosen) ? 'yes' : '',
        ]),
      ),
    ),
  });
}

function errorChart(result: SentimentExperiment): Markup {
  const { variants, options } = result;
  return chart({
    title: ERRORS,
    alternative: `RMSE, mean over the folds: ${variants.map(({ title, rmse }) => `${title}: ${figure(rmse.mean)}`).join('; ')}.`,
    caption: html`Points: the ${options.folds} folds; dot: their mean. ${variants.map(({ title }, i) => html`${i + 1}: ${title}. `)}`,
    drawing: errorDrawing(result),
    data: table({
      caption: 'RMSE by fold',
      columns: ['fold', ...variants.map(({ title }) => title)].map((title) => ({ title, number: true })),
      rows: variants[0].rmse.perFold.map((_, fold) => [
        fold + 1,
        ...variants.map(({ rmse }) => figure(rmse.perFold[fold])),
      ]),
    }),
  });
}

function errorDrawing({ variants }: SentimentExperiment): Content {
  const all = variants.flatMap(({ rmse }) => rmse.perFold);
  const x = scaleBand(
    variants.map((_, i) => i),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const y = vertical(Math.min(...all), Math.max(...all));
  const middle = (i: number): number => x(i)! + x.bandwidth() / 2;
  return html`${axes({
    xTitle: 'network →',
    yTitle: '↑ RMSE',
    xTicks: variants.map((_, i) => ({ at: middle(i), label: String(i + 1) })),
    yTicks: ticksOf(y),
  })}
${variants.map(
  ({ title, rmse }, i) =>
    html`${rmse.perFold.map((value, fold) => html`<circle class="one" cx="${px(middle(i) + 12 * (((fold * 0.618) % 1) * 2 - 1))}" cy="${px(y(value))}" r="2"/>`)}<circle class="dot c2" cx="${px(middle(i))}" cy="${px(y(rmse.mean))}" r="4"><title>${title}: ${plusMinus(rmse)}</title></circle>\n`,
)}`;
}

function labelsChart(result: SentimentExperiment): Markup {
  const { rows } = curveRows(result);
  const titles = curveTitles(result);
  return chart({
    title: LABELS,
    alternative: `RMSE: ${rows.map(({ labels, rmse }) => `${count(labels)} labels: ${rmse.map((one, i) => `${titles[i]} ${figure(one.mean)}`).join(', ')}`).join('; ')}.`,
    caption: html`<span class="legend">${titles.map((title, i) => legendItem(`c${i + 1}`, title))}</span> Mean over the folds; thin lines: ± standard deviation. The reviews without a label serve vocabulary and pre-training in both.`,
    drawing: labelsDrawing(result),
    data: table({
      caption: 'RMSE by the number of labels',
      columns: ['labels', ...titles].map((title) => ({ title, number: true })),
      rows: rows.map(({ labels, rmse }) => [count(labels), ...rmse.map((one) => plusMinus(one))]),
    }),
  });
}

function labelsDrawing(result: SentimentExperiment): Content {
  const { names, rows } = curveRows(result);
  const ends = result.curve.flatMap(({ rmse }) => [rmse.mean - rmse.std, rmse.mean + rmse.std]);
  const sizes = rows.map(({ labels }) => labels);
  const logarithm = scaleLog(
    [sizes[0], Math.max(sizes[0] * 2, sizes[sizes.length - 1])],
    horizontal(0, 1).range(),
  );
  const y = vertical(Math.min(...ends), Math.max(...ends));
  const path = line<CurvePoint>(
    ({ labels }) => logarithm(labels),
    ({ rmse }) => y(rmse.mean),
  ).digits(1);
  return html`${axes({
    xTitle: 'labels →',
    yTitle: '↑ RMSE',
    xTicks: sizes.map((labels) => ({ at: logarithm(labels), label: count(labels) })),
    yTicks: ticksOf(y),
  })}
${names.map((name, i) => {
  const points = result.curve.filter(({ variant }) => variant === name);
  const colour = `c${i + 1}`;
  return html`<path class="line ${colour}" d="${path(points)}"/>${points.map(
    ({ labels, rmse }) =>
      html`<path class="line many ${colour}" d="M${px(logarithm(labels))} ${px(y(rmse.mean - rmse.std))}V${px(y(rmse.mean + rmse.std))}"/><circle class="dot ${colour}" cx="${px(logarithm(labels))}" cy="${px(y(rmse.mean))}" r="3.5"><title>${count(labels)} labels: ${plusMinus(rmse)}</title></circle>\n`,
  )}`;
})}`;
}

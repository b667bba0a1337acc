/** Reports as a browser takes them: what they say is what the results say, and nothing in them can act or load. */
import { describe, expect, test } from 'vitest';
import { crossValidate, type Options, type Review, SentimentModel } from '../../src/index.ts';
import { RandomStream } from '../../src/random.ts';
import { crossValidationReport, trainingReport } from '../../src/report/html/report.ts';
import { all, attribute, below, cellsOf, type Element, parsePage, textOf, withClass } from './html-tree.ts';

const HOSTILE = `<script>alert(1)</script><img src="https://evil.example/x" onerror='alert(2)'> "quoted" & 'so' &lt;b>`;

/** Every review is hostile, so those that are shown are. */
function madeUp(count: number): Review[] {
  const stream = RandomStream.fromSeed(5);
  const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
  return Array.from({ length: count }, (_, i) => {
    const star = stream.integer(i, 5);
    const text = `visit was ${words[star]} and ${words[stream.split('other').integer(i, 5)]} ${HOSTILE}`;
    return { id: `r${i}<i>`, text, rating: i % 4 === 3 ? null : 1 + star };
  });
}

const small: Partial<Options> = { hidden: [8, 6], folds: 3, pretrain: false, epochs: 5, threads: 1 };
const reviews = madeUp(120);
const settings = { options: small, keepPredictions: true, keepMistakes: 5 };
const result = await crossValidate(reviews, settings);
const file = {
  name: 'folder/<b>reviews<b>.csv',
  format: 'csv' as const,
  columns: { text: '<u>text</u>', rating: 'stars', id: null },
  rows: 123,
  rated: 90,
  unrated: 30,
  skipped: 3,
  emptyTexts: 1,
  ...{ title: null, wordRatings: false },
  reasons: [`row 7: the rating is "${HOSTILE}"`],
};
const facts = {
  reviews,
  command: `starling crossvalidate 'a b.csv' --text '<script>'`,
  made: new Date('2026-01-02T03:04:05Z'),
  files: [file],
  pretraining: [
    { layer: 1, epoch: 1, cost: 12.5 },
    { layer: 1, epoch: 2, cost: 11.25 },
  ],
};
const text = await crossValidationReport(result, facts);
const page = parsePage(text);
const tested = result.tested!;

const model = await SentimentModel.train(reviews, { options: small, keepPredictions: true });
model.close();
const trainingText = await trainingReport(model, { ...facts, command: undefined });
const pages: [string, readonly Element[], string][] = [
  ['a cross-validation', page, text],
  ['a training', parsePage(trainingText), trainingText],
];

describe.each(pages)('the report of %s', (_name, elements, source) => {
  test('shows hostile text as text: nothing that acts, no attribute that listens', () => {
    const tags = [...new Set(elements.map(({ tagName }) => tagName))];
    for (const tag of [
      'script',
      'img',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'base',
      'link',
      'i',
      'b',
      'u',
    ]) {
      expect(tags).not.toContain(tag);
    }
    const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name));
    expect(names.filter((name) => name.startsWith('on') || name === 'style')).toEqual([]);
    const shown = withClass(elements, 'review').map(textOf);
    expect(shown.length).toBeGreaterThanOrEqual(2);
    for (const one of shown) expect(one).toContain(HOSTILE);
    expect(textOf(elements[0])).toContain('folder/<b>reviews<b>.csv');
    expect(textOf(elements[0])).toContain('<u>text</u>');
  });

  test('loads nothing: links stay in the page, the style names no address, and a policy forbids the rest', () => {
    const loading = ['src', 'href', 'xlink:href', 'srcset', 'action', 'data', 'poster', 'background', 'ping'];
    const links = elements.flatMap(({ attrs }) => attrs.filter(({ name }) => loading.includes(name)));
    const ids = new Set(elements.map((one) => attribute(one, 'id')));
    expect(links.length).toBeGreaterThan(3);
    for (const { value } of links) {
      expect(value).toMatch(/^#/);
      expect(ids).toContain(value.slice(1));
    }
    const [style] = all(elements, 'style').map(textOf);
    expect(style).not.toMatch(/url\(|@import|https?:|\/\//);
    // The reviews name an address; nothing else does.
    expect(source.replaceAll('https://evil.example/x', '')).not.toMatch(/https?:/);
    const policy = all(elements, 'meta').find((one) => attribute(one, 'http-equiv'));
    expect(attribute(policy!, 'content')).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
  });

  test('gives each chart a title, a description and a table with its figures', () => {
    const drawings = all(elements, 'svg').filter((one) => attribute(one, 'aria-hidden') !== 'true');
    expect(drawings.length).toBeGreaterThanOrEqual(7);
    for (const drawing of drawings) {
      expect(attribute(drawing, 'role')).toBe('img');
      const said = ['aria-labelledby', 'aria-describedby'].map((name) => attribute(drawing, name));
      const [title, description] = said.map((id) => elements.find((one) => attribute(one, 'id') === id));
      expect(title!.tagName).toBe('title');
      expect(description!.tagName).toBe('desc');
      expect(title!.parentNode).toBe(drawing);
      expect(textOf(title!).length).toBeGreaterThan(5);
      expect(textOf(description!)).toMatch(/\d/);
      const [table] = below(drawing.parentNode as Element, 'table');
      expect(below(table, 'tr').length).toBeGreaterThan(1);
    }
    for (const swatch of all(elements, 'svg').filter((one) => !drawings.includes(one))) {
      expect(textOf(swatch)).toBe('');
    }
  });

  test('has ids that are unique, a language, a title, a viewport, and tables whose headers say what they head', () => {
    const ids = elements.flatMap((one) => attribute(one, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(attribute(all(elements, 'html')[0], 'lang')).toBe('en');
    expect(textOf(all(elements, 'title')[0])).toMatch(/ of <b>reviews<b>\.csv$/);
    expect(elements.some((one) => attribute(one, 'name') === 'viewport')).toBe(true);
    for (const table of all(elements, 'table')) {
      expect(below(table, 'caption')).toHaveLength(1);
      for (const head of below(table, 'th')) expect(attribute(head, 'scope')).toMatch(/^(?:col|row)$/);
    }
    expect(all(elements, 'h1')).toHaveLength(1);
  });

  test('draws no number that is none', () => {
    for (const one of elements.filter((element) => attribute(element, 'd') ?? attribute(element, 'cx'))) {
      expect(one.attrs.map(({ value }) => value).join(' ')).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(source).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe('the figures of a cross-validation', () => {
  test('per fold and over all are those of the result', () => {
    const [head, ...rows] = cellsOf(page, 'Folds');
    expect(head.slice(0, 7)).toEqual([
      'fold',
      'train',
      'test',
      'RMSE',
      'MAE',
      'RMSE, no hidden layer',
      'RMSE, constant',
    ]);
    result.folds.forEach((fold, f) => {
      expect(rows[f]).toEqual([
        String(fold.fold),
        String(fold.trainSize),
        String(fold.testSize),
        fold.rmse.toFixed(4),
        fold.mae.toFixed(4),
        result.baselines.noHiddenLayer.rmse.perFold[f].toFixed(4),
        result.baselines.constant.rmse.perFold[f].toFixed(4),
        ...[fold.sparsity.input, ...fold.sparsity.hidden].map((zeros) => `${(100 * zeros).toFixed(1)} %`),
        String(fold.bestEpoch),
        fold.seconds.toFixed(1),
      ]);
    });
    const pooled = rows.find(([name]) => name === 'pooled')!;
    expect(pooled.slice(3, 7)).toEqual([
      result.rmse.pooled.toFixed(4),
      result.mae.pooled.toFixed(4),
      result.baselines.noHiddenLayer.rmse.pooled.toFixed(4),
      result.baselines.constant.rmse.pooled.toFixed(4),
    ]);
    const [first] = all(page, 'dd').map(textOf);
    expect(first).toBe(
      `${result.rmse.pooled.toFixed(4)}pooled; ${result.rmse.mean.toFixed(4)} ± ${result.rmse.std.toFixed(4)} over folds`,
    );
  });

  test('over the epochs are those of the histories, sparsity per layer among them', () => {
    const [head, ...rows] = cellsOf(page, 'Validation RMSE, by epoch');
    expect(head).toEqual(['epoch', 'fold 1', 'fold 2', 'fold 3']);
    const sparsity = cellsOf(page, 'Sparsity of the hidden layers, by epoch');
    expect(sparsity[0]).toHaveLength(1 + 2 * 3);
    result.folds.forEach(({ history, fold }) => {
      history.forEach((record, e) => {
        expect(rows[e][fold]).toBe(record.validationRmse!.toFixed(4));
        expect(sparsity[1 + e][fold]).toBe(`${(100 * record.sparsity[0]).toFixed(1)} %`);
        expect(sparsity[1 + e][3 + fold]).toBe(`${(100 * record.sparsity[1]).toFixed(1)} %`);
      });
    });
    expect(cellsOf(page, 'Pre-training of layer 1, by epoch').slice(1)).toEqual([
      ['1', '12.500'],
      ['2', '11.250'],
    ]);
  });

  test('by true rating: how many, the mean residual, and where the predictions are rounded to', () => {
    const [, ...residuals] = cellsOf(page, 'Predicted minus true, by true rating');
    const caption =
      'Reviews by true rating (rows) and by the predicted rating, rounded to the nearest level (columns)';
    const [, ...confusion] = cellsOf(page, caption);
    for (const level of [1, 2, 3, 4, 5]) {
      const mine = [...tested.actual.keys()].filter((i) => tested.actual[i] === level);
      const mean = mine.reduce((sum, i) => sum + tested.predicted[i] - level, 0) / mine.length;
      expect(residuals[level - 1].at(-1)).toBe(String(mine.length));
      expect(residuals[level - 1].at(-2)).toBe(`${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(2)}`);
      const rounded = [1, 2, 3, 4, 5].map(
        (to) => mine.filter((i) => Math.round(tested.predicted[i]) === to).length,
      );
      expect(confusion[level - 1]).toEqual([String(level), ...rounded.map(String), String(mine.length)]);
    }
  });

  test('of the calibration are those of the predictions', () => {
    const [, ...rows] = cellsOf(page, 'Calibration by classes of predicted probability');
    expect(rows.map((row) => row[1])).toEqual(tested.calibration!.bins.map(({ count }) => String(count)));
    expect(rows.map((row) => row[3])).toEqual(
      tested.calibration!.bins.map(({ actual }) => (actual === null ? '' : `${(100 * actual).toFixed(1)} %`)),
    );
  });

  test('say where they come from: files, what was left out, the command, the options, the day', () => {
    const files = cellsOf(page, 'Files')[1];
    expect(files.slice(3)).toEqual(['123', '90', '30', '3', '1']);
    expect(all(page, 'li').map(textOf)).toContain(`${file.name}, ${file.reasons[0]}`);
    expect(all(page, 'pre').map(textOf)).toEqual([facts.command]);
    const options = cellsOf(page, 'Options that differ from their defaults');
    expect(options.slice(1).map(([name, value]) => [name, value])).toEqual([
      ['hidden', '8, 6'],
      ['pretrain', 'no'],
      ['epochs', '5'],
      ['folds', '3'],
      ['threads', '1'],
    ]);
    expect(textOf(all(page, 'footer')[0])).toContain('2026-01-02 03:04 UTC');
  });
});

describe('the worst mistakes', () => {
  const errors = [...tested.actual.keys()].map((i) => tested.predicted[i] - tested.actual[i]);
  const order = [...errors.keys()].sort((a, b) => errors[b] - errors[a]);
  const idOf = (i: number): string => reviews[tested.rows[i]].id;

  test('are the reviews with the largest errors, five too high and five too low, the worst first', () => {
    const shown = withClass(page, 'mistake').map((one) => textOf(below(one, 'bdi')[0]));
    expect(shown).toEqual([...order.slice(0, 5), ...order.slice(-5).reverse()].map(idOf));
  });

  test('are explained by the model of their own fold: what adds up is what it predicted', () => {
    const articles = withClass(page, 'mistake');
    order.slice(0, 5).forEach((i, place) => {
      const said = textOf(articles[place]);
      expect(said).toContain(`predicted ${tested.predicted[i].toFixed(2)}, true ${tested.actual[i]}`);
      expect(said).toContain(`tested in fold ${tested.folds[i]}`);
      const sum = Number(/together ([\d.]+)\./.exec(said)![1]);
      expect(Math.abs(sum - tested.predicted[i])).toBeLessThan(0.0006);
      const rows = below(articles[place], 'tr').map((row) => below(row, 'th', 'td').map(textOf));
      const values = rows.slice(1, -1).map((row) => Number(row[2].replace('−', '-')));
      const total = values.reduce((a, b) => a + b, 0);
      expect(Math.abs(total - Number(rows.at(-1)![2]))).toBeLessThan(0.0006 * rows.length);
    });
    expect(withClass(page, 'up').length).toBeGreaterThan(5);
    expect(withClass(page, 'down').length).toBeGreaterThan(5);
  });

  test('leave out a review that is another one by now', async () => {
    const changed = reviews.map((review, row) =>
      row === tested.rows[order[0]] ? { ...review, rating: 9 } : review,
    );
    const shown = withClass(
      parsePage(await crossValidationReport(result, { ...facts, reviews: changed })),
      'mistake',
    );
    expect(shown).toHaveLength(9);
    expect(shown.map((one) => textOf(below(one, 'bdi')[0]))).not.toContain(idOf(order[0]));
  });

  test('are read no further than the last of them', async () => {
    let read = 0;
    const counted = function* () {
      for (const review of reviews) {
        read++;
        yield review;
      }
    };
    await crossValidationReport(result, { ...facts, mistakes: 1, reviews: counted() });
    expect(read).toBe(1 + Math.max(tested.rows[order[0]], tested.rows[order.at(-1)!]));
  });
});

describe('a report of less', () => {
  const titles = (elements: readonly Element[]): string[] => all(elements, 'h2').map(textOf);

  test('without predictions has folds, learning, data and options alone', async () => {
    const { tested: _tested, ...rest } = result;
    expect(titles(parsePage(await crossValidationReport(rest)))).toEqual([
      'Folds',
      'Learning',
      'Data',
      'Options',
    ]);
  });

  test('without excerpts shows the mistakes unexplained', async () => {
    const bare = { ...result, tested: { ...tested, excerpts: [] } };
    const elements = parsePage(await crossValidationReport(bare, { reviews }));
    expect(withClass(elements, 'review')).toHaveLength(10);
    expect(withClass(elements, 'up')).toHaveLength(0);
  });

  test('of a model without validation part says so', async () => {
    const bare = await SentimentModel.train(reviews, {
      options: { ...small, validation: 0 },
      keepPredictions: true,
    });
    bare.close();
    const elements = parsePage(await trainingReport(bare));
    expect(titles(elements)).toEqual(['Learning', 'Data and network', 'Options']);
    expect(textOf(all(elements, 'main')[0])).toContain('There was no validation part');
    expect(textOf(all(elements, 'main')[0])).toContain('in training, with dropout');
  });

  test('of a linear model without hidden layers on a continuous scale has neither sparsity nor calibration', async () => {
    const continuous = reviews.map((review, i) => ({
      ...review,
      rating: review.rating && review.rating / 5 + i / 1000,
    }));
    const linear = await crossValidate(continuous, {
      ...settings,
      options: { ...small, hidden: [], head: 'linear' },
    });
    const source = await crossValidationReport(linear, { reviews: continuous });
    const elements = parsePage(source);
    expect(all(elements, 'h3').map(textOf)).not.toContain('Sparsity of the hidden layers');
    expect(textOf(all(elements, 'main')[0])).toContain('The linear head predicts no probabilities');
    expect(cellsOf(elements, 'Predicted minus true, by true rating')).toHaveLength(12);
    expect(source).not.toMatch(/NaN|undefined/);
  });

  test('of 10 folds over 25,000 reviews is small, and draws no circle per review', async () => {
    const stream = RandomStream.fromSeed(3);
    const n = 25_000;
    const history = Array.from({ length: 60 }, (_, e) => ({
      epoch: e + 1,
      cost: 2 / (e + 1),
      validationRmse: 2 + 1 / (e + 1),
      sparsity: [0.7, 0.5],
    }));
    const actual = Float64Array.from({ length: n }, (_, i) => 1 + stream.integer(i, 10));
    const tenTimes = { ...result.rmse, perFold: new Array<number>(10).fill(2) };
    const many = {
      ...result,
      folds: Array.from({ length: 10 }, (_, f) => ({ ...result.folds[0], fold: f + 1, history })),
      baselines: {
        constant: { rmse: tenTimes },
        noHiddenLayer: { ...result.baselines.noHiddenLayer, rmse: tenTimes },
      },
      data: { rated: n, unrated: 0, levels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
      tested: {
        ...tested,
        rows: Int32Array.from(actual.keys()),
        folds: Int32Array.from(actual, (_, i) => 1 + (i % 10)),
        actual,
        predicted: actual.map((rating, i) => rating + stream.split('error').uniform(i) - 0.5),
        excerpts: [],
      },
    };
    const long = Array.from({ length: n }, (_, i) => ({
      id: `${i}`,
      text: 'word '.repeat(5000),
      rating: actual[i],
    }));
    const source = await crossValidationReport(many, { reviews: long });
    expect(source.length).toBeLessThan(500_000);
    expect(all(parsePage(source), 'circle').length).toBeLessThan(400);
  });
});

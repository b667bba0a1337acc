import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bestOf, choicesBeside, halves } from '../../src/experiments/choose.ts';
import { comparePairs } from '../../src/experiments/compare.ts';
import type { SentimentExperiment, SentimentSettings } from '../../src/experiments/results.ts';
import { sentimentExperiment } from '../../src/experiments/sentiment.ts';
import { variants } from '../../src/experiments/variants.ts';
import type { Options } from '../../src/index.ts';
import { experimentTable } from '../../src/report/experiment-table.ts';
import { experimentReport, experimentSvg } from '../../src/report/html/experiment.ts';
import { madeUp } from '../made-up-reviews.ts';

const folder = mkdtempSync(join(tmpdir(), 'starling-experiment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small: Partial<Options> = {
  hidden: [12, 8],
  folds: 4,
  pretrainEpochs: [2],
  epochs: 8,
  threads: 1,
};

const rated = madeUp(120, true, 1);
const unlabelled = madeUp(130, false, 2);

function run(settings: Partial<SentimentSettings> = {}): Promise<SentimentExperiment> {
  return sentimentExperiment(rated, { options: small, unlabelled, labels: [20, 40, 5000], ...settings });
}

/** Without what is different each time. */
function figures(result: SentimentExperiment): unknown {
  const plain = JSON.parse(JSON.stringify(result));
  plain.seconds = 0;
  for (const variant of plain.variants) {
    variant.seconds = 0;
    for (const layer of variant.pretrained) layer.reviewsPerSecond = 0;
  }
  return plain;
}

let result: SentimentExperiment;
const steps: string[] = [];
const dir = join(folder, 'state');
beforeAll(async () => {
  result = await run({
    checkpoint: { dir },
    onStep: ({ what, done, total }) => steps.push(`${done}/${total} ${what}`),
  });
});

describe('the experiment of section 4.2', () => {
  test('has the five networks of table 2, on the same folds, with their layers and activations', () => {
    const shapes = result.variants.map(({ name, options, rmse, sparsity, pretrained }) => [
      name,
      options.activation,
      options.hidden,
      rmse.perFold.length,
      sparsity.layers.length,
      pretrained.length,
    ]);
    expect(shapes).toEqual([
      ['none', 'rectifier', [], 4, 0, 0],
      ['rectifier-1', 'rectifier', [12], 4, 1, 1],
      ['rectifier-3', 'rectifier', [12, 8, 8], 4, 3, 3],
      ['tanh-3', 'tanh', [12, 8, 8], 4, 3, 3],
      ['rectifier-3-random', 'rectifier', [12, 8, 8], 4, 3, 0],
    ]);
    expect(result.data).toEqual({ rated: 120, unrated: 130 });
  });

  test('measures zeros of rectifiers, none of tanh, and those of the input where no unit is hidden', () => {
    const [none, one, three, tanh] = result.variants.map(({ sparsity }) => sparsity);
    expect(none.hidden).toBeNull();
    expect(none.input.mean).toBeGreaterThan(0.5);
    for (const { hidden } of [one, three]) {
      expect(hidden!.mean).toBeGreaterThan(0.05);
      expect(hidden!.mean).toBeLessThan(0.95);
    }
    expect(tanh.hidden!.mean).toBe(0);
    // All hidden units count alike: 12 in the first layer, 8 in the others.
    const byLayer = three.layers.map(({ mean }) => mean);
    expect(three.hidden!.mean).toBeCloseTo((12 * byLayer[0] + 8 * byLayer[1] + 8 * byLayer[2]) / 28, 10);
  });

  test('a network does better than the constant, which is the mean of the other folds', () => {
    expect(result.constant.mean).toBeGreaterThan(1);
    expect(Math.min(...result.variants.map(({ rmse }) => rmse.mean))).toBeLessThan(
      0.6 * result.constant.mean,
    );
  });

  test('each network takes what validated best, and each half of the folds has a choice of its own', () => {
    for (const { choices } of result.variants) {
      expect(choices.map(({ folds }) => folds)).toEqual([
        [1, 2],
        [3, 4],
      ]);
      for (const { chosen, tried } of choices) {
        const best = Math.min(...tried.map(({ validationRmse }) => validationRmse));
        expect(tried.find(({ validationRmse }) => validationRmse === best)!.options).toEqual(chosen);
      }
    }
  });

  test('compares every pair once, the better one named, on folds and on reviews', () => {
    expect(result.pairs).toHaveLength(10);
    const mean = new Map(result.variants.map(({ name, rmse }) => [name, rmse.mean]));
    for (const { better, worse, difference, foldsWon, adjustedP, reviewsP } of result.pairs) {
      expect(difference.mean).toBeCloseTo(mean.get(worse)! - mean.get(better)!, 10);
      expect(difference.mean).toBeGreaterThanOrEqual(0);
      expect(foldsWon).toBeLessThanOrEqual(4);
      expect(adjustedP).toBeGreaterThanOrEqual(difference.p);
      expect(reviewsP).toBeGreaterThanOrEqual(0);
      expect(reviewsP).toBeLessThanOrEqual(1);
    }
  });

  test('the curve has the numbers of labels that a fold has, and ends at the table’s figures', () => {
    const points = result.curve.map(({ variant, labels }) => `${variant} ${labels}`);
    expect(points).toEqual(
      ['rectifier-3', 'rectifier-3-random'].flatMap((name) => [20, 40, 90].map((n) => `${name} ${n}`)),
    );
    expect(result.curve[2].rmse).toEqual(result.variants[2].rmse);
    expect(result.curve[0].rmse.mean).toBeGreaterThan(result.curve[2].rmse.mean);
  });

  test('says each fit as it ends, and how many there are', () => {
    const fits = variants.reduce((sum, { choices }) => sum + 2 * choices.length + 4, 0) + 2 * 2 * 4;
    expect(steps).toHaveLength(fits);
    expect(steps[0]).toMatch(new RegExp(`^1/${fits} no hidden layer: `));
    expect(steps.at(-1)).toMatch(new RegExp(`^${fits}/${fits} `));
  });

  test('goes on from its checkpoint without a fit, to the same figures', async () => {
    let epochs = 0;
    const again = await run({
      checkpoint: { dir, resume: true },
      onProgress: ({ phase }) => {
        if (phase === 'finetune') epochs++;
      },
    });
    expect(epochs).toBe(0);
    expect(figures(again)).toEqual(figures(result));
  });

  test('an interrupted run keeps the fits that have ended, and goes on to the same figures', async () => {
    const part = join(folder, 'part');
    const stop = new AbortController();
    let done = 0;
    let epochsAfter = 0;
    const first = run({
      checkpoint: { dir: part, signal: stop.signal },
      onStep: () => {
        if (++done === 25) stop.abort();
      },
      onProgress: ({ phase }) => {
        if (stop.signal.aborted && phase === 'finetune') epochsAfter++;
      },
    });
    await expect(first).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: `interrupted; the run so far is in ${part}`,
      hint: 'To go on with it, run the same command again with --resume.',
    });
    expect(epochsAfter).toBe(0);
    let fits = new Set<number>();
    let seen = 0;
    const second = await run({
      checkpoint: { dir: part, resume: true },
      onStep: () => seen++,
      onProgress: ({ phase }) => {
        if (phase === 'finetune') fits = fits.add(seen);
      },
    });
    expect(Math.min(...fits)).toBeGreaterThanOrEqual(25);
    expect(figures(second)).toEqual(figures(result));
  });

  test('refuses what it could not compare', async () => {
    await expect(run({ unlabelled: unlabelled.slice(0, 50) })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_DATA',
      message: '50 unrated reviews are too few to pre-train on beside 120 rated ones',
    });
    await expect(run({ options: { ...small, hidden: [] } })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(run({ options: { ...small, pretrain: false } })).rejects.toMatchObject({
      code: 'BAD_OPTION',
    });
  });
});

describe('choosing', () => {
  test('halves share no fold, and the first is the larger', () => {
    expect(halves(5)).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test('leaves alone what the user has said', () => {
    const { choices } = variants[1];
    const rates = [...new Set(choices.map(({ learningRate }) => learningRate))];
    expect(choicesBeside({ dropout: 0.5 }, variants[1])).toEqual(
      rates.map((learningRate) => ({ learningRate })),
    );
    expect(choicesBeside({ dropout: 0.5, learningRate: 0.1 }, variants[1])).toEqual([]);
    expect(bestOf([])).toEqual({});
  });
});

test('a pair is compared fold by fold and review by review', () => {
  const [pair] = comparePairs(
    [
      { name: 'tanh-3', perFold: [1, 2, 3], squaredErrors: Float64Array.of(1, 1, 1) },
      { name: 'none', perFold: [1.5, 2.25, 2.95], squaredErrors: Float64Array.of(1, 1, 1) },
    ],
    0.5,
  );
  expect(pair).toMatchObject({ better: 'tanh-3', worse: 'none', foldsWon: 2, reviewsP: 1 });
  expect(pair.difference.mean).toBeCloseTo(0.7 / 3, 12);
});

describe('what is written of it', () => {
  test('the text has a row per network, per pair and per number of labels', () => {
    const text = experimentTable(result);
    for (const { title, rmse } of result.variants) {
      expect(text).toContain(title);
      expect(text).toContain(`${rmse.mean.toFixed(4)} ± ${rmse.std.toFixed(4)}`);
    }
    expect(text.match(/ of 4 /g)).toHaveLength(10);
    expect(text).toMatch(/\n *20 {2}\d\.\d{4} ± /);
  });

  test('the page has both charts, and the tables behind them', () => {
    const page = experimentReport(result, { command: 'starling experiment sentiment x.csv' });
    expect(page).toContain('Error of each network');
    expect(page).toContain('Error by the number of labels');
    expect(page).toContain('<span>sentiment</span>');
    expect(page.match(/class="one"/g)).toHaveLength(20);
  });

  test('a chart alone is an SVG file with a title, and says what is drawn', () => {
    for (const which of ['networks', 'labels'] as const) {
      const svg = experimentSvg(result, which);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toContain('<title>Error');
      expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
    }
    const said = (which: 'networks' | 'labels'): string[] =>
      [...experimentSvg(result, which).matchAll(/<text [^>]*>([^<]*(?:layer|training)[^<]*)<\/text>/g)].map(
        ([, text]) => text,
      );
    expect(said('networks')).toEqual(result.variants.map(({ title }, i) => `${i + 1}: ${title}`));
    expect(said('labels')).toEqual(['rectifier, 3 layers', 'rectifier, 3 layers, no pre-training']);
  });
});

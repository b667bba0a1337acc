import { beforeAll, expect, test } from 'vitest';
import type { ModelInspection } from '../../src/explanation/knowledge.ts';
import { json, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const model = folder.file('model');
const reviews = folder.file('reviews.csv', sampleCsv(100));

beforeAll(async () => {
  const { code, stderr } = await starling(['train', reviews, ...TINY, '--out', model]);
  if (code !== 0) throw new Error(stderr);
});

test('the folder of a model gives what it knows, as tables', async () => {
  const { code, stdout, stderr } = await starling(['inspect', model, '--term', 'lovely', '--top', '3']);
  expect([code, stderr]).toEqual([0, '']);
  for (const part of ['learned from', 'raises the rating', 'near "lovely"', 'raised by', 'With --data']) {
    expect(stdout).toContain(part);
  }
  expect(stdout).not.toContain('Calibration');
});

test('--json gives one object, --top the length of its lists, --data the calibration', async () => {
  const args = [
    'inspect',
    model,
    '--json',
    '--top',
    '3',
    '--term',
    'lovely',
    '--term',
    'soup',
    '--data',
    reviews,
  ];
  const inspection = json<ModelInspection & { levels: number[] }>(await starling(args));
  expect(inspection.near.map(({ term }) => term)).toEqual(['lovely', 'soup']);
  expect(inspection.near[0].nearest.length).toBe(3);
  expect(inspection.layers[0]).toMatchObject({ units: 8 });
  expect(inspection.reviews).toBe(100);
  expect(inspection.calibration!.reviews).toBe(100);
  expect(inspection.levels).toEqual([1, 2, 3, 4, 5]);
});

test('flags about a model are refused for review files, and a model beside files', async () => {
  const about = await starling(['inspect', reviews, '--term', 'lovely']);
  expect([about.code, about.stdout]).toEqual([2, '']);
  expect(about.stderr).toContain(`--term is about a model, but ${reviews} is not the folder of one`);
  const both = await starling(['inspect', model, reviews]);
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('a model is inspected alone');
});

test('a folder that holds no model, and a term that the model does not know, are refused', async () => {
  const empty = await starling(['inspect', folder.path]);
  expect([empty.code, empty.stderr]).toEqual([3, expect.stringContaining('has no config.json')]);
  const unknown = await starling(['inspect', model, '--term', 'lovly']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean "lovely"?')]);
});

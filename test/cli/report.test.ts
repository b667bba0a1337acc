/** --report, as people use it: files, standard input, places that cannot be written to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../../src/cli/report-file.ts';
import type { CrossValidationResult } from '../../src/evaluation/results.ts';
import { all, below, cellsOf, parsePage, textOf, withClass } from '../report/html-tree.ts';
import { json, sampleCsv, starling, TINY, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const csv = sampleCsv(100);
const reviews = folder.file('reviews.csv', csv);
const pageOf = (path: string) => parsePage(readFileSync(path, 'utf8'));
const crossvalidate = (...args: string[]) => ['crossvalidate', ...args, ...TINY, '--folds', '3'];

describe('crossvalidate --report', () => {
  test('writes a page with the figures that it prints, the command and the mistakes; the JSON is as without', async () => {
    const out = folder.file('cv.html');
    const args = crossvalidate(reviews, '--json');
    const run = await starling([...args, '--report', out]);
    const result = json<CrossValidationResult>(run);
    expect(run.stderr).toContain(`The report is in ${out}.\n`);
    const page = pageOf(out);
    expect(cellsOf(page, 'Folds').find(([name]) => name === 'pooled')![3]).toBe(
      result.rmse.pooled.toFixed(4),
    );
    expect(all(page, 'pre').map(textOf)).toEqual([`starling ${args.join(' ')} --report ${out}`]);
    const mistakes = withClass(page, 'mistake');
    expect(mistakes.length).toBeGreaterThan(5);
    for (const one of mistakes) {
      const id = Number(textOf(below(one, 'bdi')[0]));
      const text = csv.split('\n')[id].split(',')[1];
      expect(textOf(withClass(below(one, 'p'), 'review')[0])).toBe(text);
    }
    expect(cellsOf(page, 'Files')[1].slice(2, 5)).toEqual(['text, rating, id', '100', '100']);
    const without = json<CrossValidationResult>(await starling(args));
    expect(Object.keys(result)).toEqual(Object.keys(without));
    expect(result.rmse).toEqual(without.rmse);
  });

  test('of several files says which each mistake is from; pre-training on an unlabelled file has its curve', async () => {
    const out = folder.file('two.html');
    const other = folder.file('other.csv', csv.replaceAll(/^\d+,/gm, 'x,'));
    const more = folder.file('more.csv', sampleCsv(300));
    const args = crossvalidate(reviews, other, '--unlabelled', more);
    expect((await starling([...args, '--report', out, '--quiet'])).code).toBe(0);
    const page = pageOf(out);
    for (const one of withClass(page, 'mistake')) {
      const [id, name] = below(one, 'bdi').map(textOf);
      expect(name).toBe(id === 'x' ? other : reviews);
    }
    expect(cellsOf(page, 'Files').map(([name]) => name)).toEqual(['file', reviews, other, more]);
    expect(cellsOf(page, 'Pre-training of layer 1, by epoch')).toHaveLength(2);
  });

  test('of standard input has the texts too', async () => {
    const out = folder.file('stdin.html');
    const { code } = await starling(crossvalidate('-', '--report', out), { input: csv });
    expect(code).toBe(0);
    const shown = withClass(pageOf(out), 'review').map(textOf);
    expect(shown.length).toBeGreaterThan(5);
    for (const text of shown) expect(text).toMatch(/^the \w+ was /);
  });

  test.each([
    ['a folder that is not there', 'nowhere/report.html', 1, 'there is no such folder'],
    ['a folder', '.', 1, 'it is a folder'],
    ['standard output', '-', 2, 'expected the name of a file'],
  ])('refuses %s before anything is trained', async (_what, path, exit, why) => {
    const { code, stdout, stderr } = await starling(crossvalidate(reviews, '--report', path), {
      cwd: folder.path,
    });
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('fine-tuning');
  });

  test('leaves what stood there when the run fails', async () => {
    const out = folder.file('kept.html', 'old');
    const { code } = await starling(
      crossvalidate(folder.file('no.csv', 'text,rating\nonly,5\n'), '--report', out),
    );
    expect(code).toBe(3);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect(readdirSync(folder.path).filter((name) => name.includes('.new-'))).toEqual([]);
  });
});

test('train --report writes a page about the model that it saves', async () => {
  const out = folder.file('train.html');
  const model = folder.file('model');
  const run = await starling(['train', reviews, ...TINY, '--out', model, '--report', out, '--json']);
  const { training } = json<{ training: { validationRmse: number } }>(run);
  const page = pageOf(out);
  expect(textOf(all(page, 'dd')[0])).toContain(training.validationRmse.toFixed(4));
  expect(withClass(page, 'mistake').length).toBeGreaterThan(2);
  expect(cellsOf(page, 'Pre-training of layer 1, by epoch')).toHaveLength(2);
  expect(existsSync(`${model}/model.safetensors`)).toBe(true);
});

test('other verbs do not take --report', async () => {
  const { code, stderr } = await starling(['pretrain', reviews, '--report', 'x.html', '--out', 'y']);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown option '--report'");
});

test('the command is written as a shell takes it', () => {
  expect(commandLine(['train', 'a b.csv', '--text', "it's", '--id', '$(rm x)', '--levels', '1,2', ''])).toBe(
    `starling train 'a b.csv' --text 'it'\\''s' --id '$(rm x)' --levels 1,2 ''`,
  );
});

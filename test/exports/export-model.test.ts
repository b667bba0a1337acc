/** An export as a folder: what is in it, what it may replace, and that what its README says to type works. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { verbs } from '../../src/cli/verbs.ts';
import { exportModel } from '../../src/exports/export-model.ts';
import { goldenTexts } from '../../src/exports/golden.ts';
import { portableTargets, targetNames } from '../../src/exports/targets.ts';
import { readTensors } from '../../src/files/safetensors.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import { tokenize } from '../../src/text/tokenize.ts';
import { KINDS, randomModel, randomPair, temporaryFolder } from './models.ts';
import { EXAMPLES, pythonWithNumpy, run } from './programs.ts';

const folder = temporaryFolder();
/** Milliseconds for a test that starts many programs, on a machine that is busy. */
const SPAWNS = 300_000;
const shipped = fileURLToPath(new URL('../../models/restaurants', import.meta.url));
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

async function savedModel(name: string, ...kind: Parameters<typeof randomModel>): Promise<string> {
  const dir = join(folder, name);
  const model = randomModel(...kind);
  await model.save(dir);
  model.close();
  return dir;
}

describe.each(portableTargets)('an export to %s', (to) => {
  test('holds the vocabulary, the text options, golden cases, a README and its programs, with their sums', async () => {
    const out = join(folder, `sound-${to}`);
    const summary = await exportModel(shipped, to, out);
    expect(summary).toMatchObject({ out, target: to });
    expect(readdirSync(out).sort()).toEqual(summary.files.map(({ name }) => name).sort());
    for (const name of ['export.json', 'vocabulary.json', 'golden.json', 'README.md', 'starling_text.py']) {
      expect(summary.files.map((file) => file.name)).toContain(name);
    }
    const description = readJson(out, 'export.json');
    expect(description).toMatchObject({ format: 'starling-export', formatVersion: 1, target: to });
    expect(description.text).toMatchObject({
      ngrams: 1,
      weighting: 'binary',
      stem: false,
      punctuation: true,
    });
    for (const { name, bytes } of summary.files) {
      const content = readFileSync(join(out, name));
      expect([name, content.length]).toEqual([name, bytes]);
      if (name === 'export.json') continue;
      expect(description.sha256[name]).toBe(createHash('sha256').update(content).digest('hex'));
    }
    expect(readJson(out, 'vocabulary.json').terms).toHaveLength(1766);
    expect(readFileSync(join(out, 'starling_text.py'))).toEqual(
      readFileSync(join(EXAMPLES, 'python/starling_text.py')),
    );
  });

  test('names every one of its files in its README, but for those that it explains as a kind', async () => {
    const out = join(folder, `readme-${to}`);
    const { files } = await exportModel(shipped, to, out);
    const readme = readFileSync(join(out, 'README.md'), 'utf8');
    const shared = /^(?:README\.md|starling-export\.mjs|group1-shard.*)$/;
    expect(
      files.map(({ name }) => name).filter((name) => !shared.test(name) && !readme.includes(name)),
    ).toEqual([]);
    expect(readme).not.toMatch(/undefined|NaN|\[object/);
  });

  test('replaces an earlier export to the same target and leaves nothing beside it', async () => {
    const out = join(folder, `again-${to}`, 'out');
    await exportModel(shipped, to, out);
    const [before, other] = [readJson(out, 'export.json'), await savedModel(`other-${to}`, { hidden: [3] })];
    await exportModel(other, to, out);
    expect(readJson(out, 'export.json').network.hidden).toEqual([3]);
    expect(before.network.hidden).toEqual([200]);
    expect(readdirSync(dirname(out))).toEqual(['out']);
  });

  test('is the same to the byte when it is made again', async () => {
    const outs = [join(folder, `twice-${to}-1`), join(folder, `twice-${to}-2`)];
    for (const out of outs) await exportModel(shipped, to, out);
    expect(readJson(outs[1], 'export.json')).toEqual(readJson(outs[0], 'export.json'));
  });

  test.skipIf(inject('buildFailure') !== '')(
    'rates in JavaScript as we do',
    async () => {
      const program = ['predict-onnx.mjs', 'predict-tfjs.mjs', 'predict.mjs'].find((name) =>
        readdirSync(join(folder, `sound-${to}`)).includes(name),
      )!;
      // In the package itself, where `starling` and the runtimes are installed.
      const path = join(EXAMPLES, 'javascript', program);
      const few = to === 'safetensors' ? KINDS.filter((_, i) => i % 3 < 2) : KINDS.slice(1, 3);
      for (const [name, kind] of few) {
        const dir = await savedModel(`js-${to}`, kind);
        await exportModel(dir, to, `${dir}-out`);
        const { code, stdout, stderr } = run(process.execPath, [path, `${dir}-out`, '--check']);
        expect([name, stderr]).toEqual([name, '']);
        expect(stdout).toMatch(/^(\d+) of \1 golden cases agree/);
        expect(code).toBe(0);
      }
    },
    SPAWNS,
  );

  test.skipIf(inject('buildFailure') !== '')(
    'of a model with a linear model beside its network holds both, and rates as they do together',
    async () => {
      for (const head of ['softmax', 'linear'] as const) {
        const dir = join(folder, `pair-${to}-${head}`);
        const weighted = head === 'softmax';
        const model = randomPair(head, weighted);
        await model.save(dir);
        model.close();
        const { files } = await exportModel(dir, to, `${dir}-out`);
        expect(readJson(`${dir}-out`, 'export.json').wide).toEqual({ folder: 'wide', share: 0.4 });
        expect(readJson(`${dir}-out`, 'wide', 'export.json').text.weighting).toBe(
          weighted ? 'weights' : 'tfidf',
        );
        expect(files.map(({ name }) => name)).toContain('wide/golden.json');
        expect(readFileSync(join(`${dir}-out`, 'README.md'), 'utf8')).toContain('share = 0.4');
        const program = ['predict-onnx.mjs', 'predict-tfjs.mjs', 'predict.mjs'].find((name) =>
          readdirSync(`${dir}-out`).includes(name),
        )!;
        const checks = [
          run(process.execPath, [join(EXAMPLES, 'javascript', program), `${dir}-out`, '--check']),
        ];
        if (pythonWithNumpy && to !== 'onnx') {
          checks.push(run(pythonWithNumpy, [join(EXAMPLES, 'python/predict.py'), `${dir}-out`, '--check']));
        }
        for (const { code, stdout, stderr } of checks) {
          expect(stderr).toBe('');
          expect(stdout).toMatch(/^(\d+) of \1 golden cases agree/);
          expect(code).toBe(0);
        }
      }
    },
    SPAWNS,
  );

  test.skipIf(!pythonWithNumpy || to === 'onnx')(
    `its README's lines for Python run as they stand${pythonWithNumpy ? '' : ' (skipped: no python3 with numpy here)'}`,
    async () => {
      const out = join(folder, `typed-${to}`);
      await exportModel(shipped, to, out);
      const readme = readFileSync(join(out, 'README.md'), 'utf8');
      const [, block] = /```sh\n(python3[\s\S]*?)```/.exec(readme)!;
      const typed = block.replaceAll(/^python3/gm, pythonWithNumpy!);
      const { code, stdout } = run('sh', ['-e', '-c', typed], '', out);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^[1-5]\.\d\d\n[1-5]\.\d\d\n(\d+) of \1 golden cases agree/);
    },
  );
});

describe('what stands in the place of an export', () => {
  test('is left alone unless it is an export to the same target', async () => {
    const other = join(folder, 'other-target');
    await exportModel(shipped, 'csv', other);
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'letter.txt'), 'dear');
    const file = join(folder, 'file');
    writeFileSync(file, 'dear');
    const model = await savedModel('model-in-the-way', { hidden: [2] });
    const found: [string, string][] = [
      [other, 'it holds an export to csv, not to onnx'],
      [full, 'it holds something that is no export of starling'],
      [model, 'it holds something that is no export of starling'],
      [file, 'it is a file'],
    ];
    for (const [out, why] of found) {
      await expect(exportModel(shipped, 'onnx', out)).rejects.toMatchObject({
        code: 'CANNOT_WRITE',
        message: `cannot write ${out}: ${why}`,
      });
    }
    expect(readdirSync(full)).toEqual(['letter.txt']);
    expect(readdirSync(model)).toContain('config.json');
    await SentimentModel.load(model);
  });

  test('may be an empty folder, and stands as it was when the model is damaged', async () => {
    const out = join(folder, 'empty');
    mkdirSync(out);
    const model = await savedModel('damaged', { hidden: [2] });
    writeFileSync(join(model, 'vocabulary.json'), '{}');
    await expect(exportModel(model, 'csv', out)).rejects.toMatchObject({ code: 'BAD_MODEL' });
    expect(readdirSync(out)).toEqual([]);
    await exportModel(shipped, 'csv', out);
    expect(readdirSync(out)).toContain('export.json');
  });
});

test('an unknown target is refused with those that there are, before anything is read', async () => {
  await expect(exportModel('/nowhere', 'onxx', join(folder, 'x'))).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: `there is no export to "onxx", expected one of ${targetNames.join(', ')}`,
    hint: 'Did you mean --to onnx?',
  });
});

test('an export to web is the page and the model, and is replaced by the next', async () => {
  const out = join(folder, 'web');
  const { target, files } = await exportModel(shipped, 'web', out);
  expect(target).toBe('web');
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['index.html', join('model', 'config.json')]),
  );
  for (const { name, bytes } of files) expect(readFileSync(join(out, name)).length).toBe(bytes);
  await exportModel(shipped, 'web', out);
  await expect(exportModel(shipped, 'csv', out)).rejects.toMatchObject({
    message: `cannot write ${out}: it holds an export to web, not to csv`,
  });
});

test('the help of --to names all targets', () => {
  const { to } = verbs.find(({ name }) => name === 'export')!;
  expect(to!.split(/, | or /)).toEqual(targetNames);
});

test('safetensors hold the weights of the model under readable names, CSV the same to the last bit', async () => {
  const dir = await savedModel('weights', { hidden: [4, 3], head: 'softmax', ngrams: 2 }, [1, 2.5, 4]);
  const model = await SentimentModel.load(dir);
  const layers = model.layerData();
  model.close();
  await exportModel(dir, 'safetensors', `${dir}-safetensors`);
  await exportModel(dir, 'csv', `${dir}-csv`);
  const tensors = await readTensors(join(`${dir}-safetensors`, 'model.safetensors'));
  const names = ['hidden.0', 'hidden.1', 'head'];
  expect([...tensors.keys()]).toEqual(names.flatMap((name) => [`${name}.weight`, `${name}.bias`]));
  layers.forEach(({ inputs, units, weights, bias }, i) => {
    expect(tensors.get(`${names[i]}.weight`)).toMatchObject({ shape: [inputs, units], data: weights });
    expect(tensors.get(`${names[i]}.bias`)).toMatchObject({ shape: [units], data: bias });
    const table = readFileSync(join(`${dir}-csv`, `${names[i].replace('.', '_')}.csv`), 'utf8');
    const [header, biases, ...rows] = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(Float32Array.from(biases.slice(1), Number)).toEqual(bias);
    expect(Float32Array.from(rows.flatMap((row) => row.slice(1).map(Number)))).toEqual(weights);
    expect(biases[0]).toBe('(bias)');
    expect(header.slice(1)).toEqual(
      i < 2 ? Array.from({ length: units }, (_, u) => `unit ${u}`) : ['level 1', 'level 2.5', 'level 4'],
    );
    if (i === 0) expect(rows.map(([term]) => term)).toEqual(model.vectorizer.vocabulary.terms);
  });
});

test.each([
  ['weight', true, 'is its weight'],
  ['idf', false, 'is how often it occurs, times ln'],
] as const)('terms of a CSV export have their %s, and its README says so', async (column, weighted, said) => {
  const dir = join(folder, `terms-${column}`);
  const model = randomPair('linear', weighted);
  await model.save(dir);
  model.close();
  await exportModel(dir, 'csv', `${dir}-out`);
  const wide = join(`${dir}-out`, 'wide');
  const [header, ...rows] = readFileSync(join(wide, 'terms.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const { documents, documentFrequency, weights } = readJson(wide, 'vocabulary.json');
  expect(header).toEqual(['id', 'term', 'document_frequency', column]);
  const factors = documentFrequency.map((frequency: number, term: number) =>
    weighted ? weights[term] : Math.log((1 + documents) / (1 + frequency)) + 1,
  );
  expect(rows.map((row) => Number(row[3]))).toEqual(factors);
  expect(readFileSync(join(`${dir}-out`, 'README.md'), 'utf8')).toContain(
    `the value of a term there ${said}`,
  );
});

test('golden texts reach every kind of character that the tokenizer has a rule for, and hundreds of the terms', async () => {
  const model = await SentimentModel.load(shipped);
  const { terms } = model.vectorizer.vocabulary;
  model.close();
  const texts = goldenTexts(terms);
  const all = texts.join('\n');
  for (const rule of [
    /<[a-z/!][^<>]*>/i,
    /&#\d/,
    /&#x/i,
    /&[a-z]+;/,
    /\u2019/,
    /\p{M}/u,
    /n't/,
    /[!?]/,
    /\p{Lo}/u,
    /٣/,
  ]) {
    expect(all).toMatch(rule);
  }
  expect(texts).toContain('');
  const options = { stem: false, stopWords: false, punctuation: true };
  const seen = new Set(texts.flatMap((text) => tokenize(text, options)));
  expect(terms.filter((term) => seen.has(term)).length).toBeGreaterThan(90);
  // Fewer terms than texts could hold are no trouble.
  expect(goldenTexts(['one', 'two']).slice(-1)).toEqual(['one two']);
});

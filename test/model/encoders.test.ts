/** Pre-trained encoders as a thing of their own: what they learn from, what a run says, and what a folder keeps. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Encoders } from '../../src/model/encoders.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { learnEncoders } from '../../src/pretraining/encoders.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';
import { openEngine } from '../../src/tfjs/node-engine.ts';
import { opened } from '../opened-engines.ts';

vi.mock('../../src/tfjs/node-engine.ts', async (original) =>
  (await import('../opened-engines.ts')).watched(original),
);

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
const reviews = Array.from({ length: 12 }, (_, i) => ({
  id: `${i}`,
  text: `visit${i % 3} was ${words[i % 5]} and ${words[(i * i) % 5]}`,
  rating: i % 2 === 0 ? null : 1 + (i % 5),
}));
const given: Partial<Options> = {
  ...{ hidden: [3, 2], minDocumentFrequency: 1, pretrainBatchSize: 4, threads: 1, engine: 'wasm', seed: 5 },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-encoders-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('pre-training', () => {
  test('is that of all reviews, rated or not, with the random numbers of its seed', async () => {
    const options = resolveOptions({ ...given, pretrainEpochs: [2] });
    const events: Progress[] = [];
    const encoders = await Encoders.pretrain(reviews, { options, onProgress: (event) => events.push(event) });
    expect(opened.at(-1)).toEqual({ given: [1, 'wasm'], closed: true });
    const corpus = await gatherReviews(reviews, options);
    const engine = await openEngine(1, 'wasm');
    const stream = RandomStream.fromSeed(5).split('pretraining');
    const rows = Int32Array.from(reviews.keys());
    const expected = await learnEncoders(engine, corpus, rows, options, stream);
    engine.close();
    expect(encoders.layers).toEqual(expected.layers);
    const costs = (of: Pick<Encoders, 'summary'>) => of.summary.map(({ cost, epochs }) => [cost, epochs]);
    expect(costs(encoders)).toEqual(costs(expected));
    expect(encoders.vectorizer.toJSON()).toEqual(expected.vectorizer.toJSON());
    expect([encoders.reviews, encoders.options]).toEqual([12, options]);
    expect(events.filter(({ phase, epochEnd }) => phase === 'pretrain' && epochEnd)).toHaveLength(4);
  });

  test('says in its options the epochs that a rule chose', async () => {
    const { options, summary } = await Encoders.pretrain(reviews, { options: given });
    expect(options.pretrainEpochs).toEqual([60, 30]);
    expect(summary.map(({ epochs }) => epochs)).toEqual([60, 30]);
  });

  test('ends its engine when it fails, too', async () => {
    const dir = join(folder, 'file');
    await writeFile(dir, '');
    await expect(Encoders.pretrain(reviews, { options: given, checkpoint: { dir } })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
    });
    expect(opened.at(-1)!.closed).toBe(true);
  });

  test('leaves a checkpoint of its own kind, in a part of its own, and goes on from it to the same bytes', async () => {
    const dir = join(folder, 'checkpoint');
    const options = { ...given, pretrainEpochs: [2] };
    const stop = new AbortController();
    const stopped = Encoders.pretrain(reviews, {
      options,
      checkpoint: { dir, everySeconds: 0, signal: stop.signal },
      onProgress: ({ epoch }) => {
        if (epoch === 2) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const run = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'));
    expect(JSON.stringify(run)).toContain('"run":"pretrain"');
    const resumed = await Encoders.pretrain(reviews, { options, checkpoint: { dir, resume: true } });
    const whole = await Encoders.pretrain(reviews, { options });
    expect(resumed.layers).toEqual(whole.layers);
  });
});

describe('a folder of encoders', () => {
  const options = { ...given, pretrainEpochs: [1] };

  test('gives back all that was saved', async () => {
    const encoders = await Encoders.pretrain(reviews, { options });
    const dir = join(folder, 'saved');
    await encoders.save(dir);
    const { options: read, vectorizer, layers, summary, reviews: seen } = await Encoders.load(dir);
    expect([read, layers, summary, seen]).toEqual([
      ...[encoders.options, encoders.layers],
      ...[JSON.parse(JSON.stringify(encoders.summary)), 12],
    ]);
    expect(vectorizer.toJSON()).toEqual(encoders.vectorizer.toJSON());
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    expect([config.layers, config.reviews]).toEqual([2, 12]);
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toContain('12');
  });

  test('may hold a vocabulary only', async () => {
    const encoders = await Encoders.pretrain(reviews, { options: { ...options, pretrain: false } });
    const dir = join(folder, 'vocabulary');
    await encoders.save(dir);
    const loaded = await Encoders.load(dir);
    expect([loaded.layers, loaded.summary, loaded.options.hidden]).toEqual([[], [], [3, 2]]);
    expect(loaded.vectorizer.toJSON()).toEqual(encoders.vectorizer.toJSON());
  });

  test('of an early release, which said less, is read', async () => {
    const dir = join(folder, 'early');
    await (await Encoders.pretrain(reviews, { options })).save(dir);
    const path = join(dir, 'config.json');
    const { summary: _, reviews: __, ...config } = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify(config));
    const { summary, reviews: seen, layers } = await Encoders.load(dir);
    expect([summary, seen, layers.length]).toEqual([[], 0, 2]);
  });

  test('with options, a vocabulary or weights that cannot be is refused by the name of the file', async () => {
    const dir = join(folder, 'damaged');
    await (await Encoders.pretrain(reviews, { options })).save(dir);
    const path = join(dir, 'config.json');
    const before = await readFile(path, 'utf8');
    const config = JSON.parse(before);
    const refused = async (change: object) => {
      await writeFile(path, JSON.stringify({ ...config, ...change }));
      return Encoders.load(dir).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
    };
    expect(await refused({ options: { ...config.options, epochs: -1 } })).toContain(path);
    expect(await refused({ options: { ...config.options, hidden: [4, 2] } })).toContain('layers.0');
  });
});

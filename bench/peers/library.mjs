/** The built library, and those of its modules that are not part of its door: loaded from `dist/` or from --dist. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param dist folder of the build */
export async function loadStarling(dist) {
  const load = (file) => {
    const path = resolve(join(dist, file));
    if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build`);
    return import(pathToFileURL(path).href);
  };
  const { readReviews, resolveOptions, presets, Encoders, SentimentModel, VERSION } = await load('index.js');
  const { RandomStream } = await load('random.js');
  const { TokenCorpus } = await load('text/token-corpus.js');
  const { tokenize } = await load('text/tokenize.js');
  const { Vectorizer } = await load('text/vectorizer.js');
  const { canRun, chooseKind } = await load('kernels/node-engine.js');
  return {
    readReviews,
    resolveOptions,
    presets,
    Encoders,
    SentimentModel,
    VERSION,
    RandomStream,
    TokenCorpus,
    tokenize,
    Vectorizer,
    canRun,
    chooseKind,
  };
}

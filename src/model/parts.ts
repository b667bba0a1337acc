/**
 * What a model folder says, checked and put together: options, head, vocabulary, weights. Not how the files are read, and
 * not what computes. Runs in a browser too.
 */
import { StarlingError } from '../errors.ts';
import type { Arena } from '../kernels/arena.ts';
import { type Head, headOutputs } from '../network/heads.ts';
import type { LayerData, Network } from '../network/network.ts';
import { importLayer } from '../network/network.ts';
import { type Options, resolveOptions } from '../options.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import type { LoadedFolder } from './folder.ts';
import { layersFrom } from './tensors.ts';

export interface ModelParts {
  readonly options: Options;
  readonly head: Head;
  readonly vectorizer: Vectorizer;
  /** The hidden layers, then the head. */
  readonly layers: readonly LayerData[];
}

/**
 * @param dir how to name the folder in messages
 * @throws StarlingError BAD_MODEL, BAD_OPTION
 */
export function modelParts({ config, vocabulary, tensors }: LoadedFolder, dir: string): ModelParts {
  const where = `${dir}/config.json`;
  const options = resolveOptions(config.options as Record<string, unknown>, where);
  const head = checkHead(config.head, options, where);
  const vectorizer = Vectorizer.fromJSON(options, vocabulary, `${dir}/vocabulary.json`);
  const terms = vectorizer.vocabulary.terms.length;
  const layers = layersFrom(dir, tensors, 'layers', terms, [...options.hidden, headOutputs(head)]);
  return { options, head, vectorizer, layers };
}

/** The network in an arena. */
export function placeNetwork(
  { options, vectorizer, layers }: Omit<ModelParts, 'head'>,
  arena: Arena,
): Network {
  const placed = layers.map((layer) => importLayer(arena, layer));
  const { activation, alpha, negateHalf } = options;
  return {
    inputs: vectorizer.vocabulary.terms.length,
    layers: placed.slice(0, -1),
    head: placed[placed.length - 1],
    activation,
    alpha,
    negateHalf,
  };
}

function checkHead(json: unknown, options: Options, where: string): Head {
  const { kind, levels, mean, std } = (json ?? {}) as Partial<Head>;
  const sound =
    kind === options.head &&
    Array.isArray(levels) &&
    levels.length > 0 &&
    levels.length <= 1000 &&
    levels.every((level, i) => Number.isFinite(level) && (i === 0 || level > levels[i - 1])) &&
    Number.isFinite(mean) &&
    Number.isFinite(std);
  if (!sound) throw new StarlingError('BAD_MODEL', `${where}: "head" does not describe a head`);
  return { kind, levels, mean: mean!, std: std! } as Head;
}

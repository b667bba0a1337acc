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

export interface NetworkParts {
  readonly options: Options;
  readonly head: Head;
  readonly vectorizer: Vectorizer;
  /** The hidden layers, then the head. */
  readonly layers: readonly LayerData[];
}

/** The linear model beside the network, and its share of the rating, 0 to 1. */
export interface WideParts extends NetworkParts {
  readonly share: number;
}

export interface ModelParts extends NetworkParts {
  readonly wide: WideParts | null;
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
  const wide =
    config.wide === undefined || config.wide === null
      ? null
      : widePart(config.wide, { vocabulary, tensors }, dir, { options, head });
  return { options, head, vectorizer, layers, wide };
}

function widePart(
  json: unknown,
  { vocabulary, tensors }: Pick<LoadedFolder, 'vocabulary' | 'tensors'>,
  dir: string,
  main: Pick<NetworkParts, 'options' | 'head'>,
): WideParts {
  const where = `${dir}/config.json`;
  const refuse = (what: string): never => {
    throw new StarlingError('BAD_MODEL', `${where}: "wide" ${what}`);
  };
  if (typeof json !== 'object' || json === null) return refuse('is no object');
  const { share, options: given } = json as Record<string, unknown>;
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) return refuse('has no share from 0 to 1');
  const options = resolveOptions((given ?? {}) as Record<string, unknown>, where);
  const sameWords = (['stem', 'stopWords', 'punctuation'] as const).every(
    (name) => options[name] === main.options[name],
  );
  if (options.hidden.length > 0 || options.head !== main.head.kind || !sameWords) {
    return refuse('does not fit the network: expected no hidden layer, the same head, the same words');
  }
  const vectorizer = Vectorizer.fromJSON(
    options,
    (vocabulary as { wide?: unknown } | null)?.wide,
    `${dir}/vocabulary.json: wide`,
  );
  const layers = layersFrom(dir, tensors, 'wide', vectorizer.vocabulary.terms.length, [
    headOutputs(main.head),
  ]);
  return { options, head: main.head, vectorizer, layers, share };
}

/** The network in an arena. */
export function placeNetwork(
  { options, vectorizer, layers }: Omit<NetworkParts, 'head'>,
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

/**
 * What every export is made of: the model as plain data, the vectorizer, and the golden cases. Not how any format is
 * written. `describe` is the export.json that lies in each export and tells a reader everything that is no number.
 */
import { type ModelData, SentimentModel } from '../model/sentiment-model.ts';
import type { Head } from '../network/heads.ts';
import type { LayerData } from '../network/network.ts';
import type { Options } from '../options.ts';
import { droppedStopWords } from '../text/tokenize.ts';
import type { Vectorizer } from '../text/vectorizer.ts';
import { VERSION } from '../version.ts';
import { type GoldenCase, goldenCases } from './golden.ts';

/** A file of an export; its bytes are the pieces one after another. */
export interface ExportFile {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** Raised when a reader of today could not read an export any more. */
export const EXPORT_VERSION = 1;

export interface ExportContent {
  readonly options: Options;
  readonly head: Head;
  /** inputs x units, row-major; the first reads terms. */
  readonly hidden: readonly LayerData[];
  /** From the last hidden layer (or the terms) to the outputs of the head. */
  readonly output: LayerData;
  readonly vectorizer: Vectorizer;
  /** Of the whole model: with the linear model's share. */
  readonly golden: readonly GoldenCase[];
  /** The linear model beside the network, an export of its own, and its share of the rating. */
  readonly wide: { readonly share: number; readonly content: ExportContent } | null;
}

/** Where the linear model beside the network lies in an export. */
export const WIDE_FOLDER = 'wide';

/**
 * Reads a model folder.
 * @throws StarlingError NO_SUCH_FILE, BAD_MODEL
 */
export async function exportContent(modelDir: string): Promise<ExportContent> {
  const model = await SentimentModel.load(modelDir);
  try {
    const data = model.toData();
    const { wide } = data;
    return {
      ...networkOf(data),
      vectorizer: model.vectorizer,
      golden: goldenCases(model),
      wide: wide ? { share: wide.share, content: wideContent({ ...data, ...wide, wide: null }) } : null,
    };
  } finally {
    model.close();
  }
}

function networkOf({
  options,
  head,
  layers,
}: ModelData): Pick<ExportContent, 'options' | 'head' | 'hidden' | 'output'> {
  return { options, head, hidden: layers.slice(0, -1), output: layers[layers.length - 1] };
}

function wideContent(data: ModelData): ExportContent {
  const model = SentimentModel.fromData(data);
  try {
    return { ...networkOf(data), vectorizer: model.vectorizer, golden: goldenCases(model), wide: null };
  } finally {
    model.close();
  }
}

/** Terms that the first layer reads. */
export function termCount({ vectorizer }: ExportContent): number {
  return vectorizer.vocabulary.terms.length;
}

/** What happens to the outputs of hidden layer `layer`: units from here on are multiplied by -1. */
export function firstNegated({ options, hidden }: ExportContent, layer: number): number {
  const { units } = hidden[layer];
  return options.negateHalf ? Math.ceil(units / 2) : units;
}

/** The export.json: text options, network and head, in words that a port in any language can follow. */
export function describe(content: ExportContent, target: string): Readonly<Record<string, unknown>> {
  const { options, head, hidden } = content;
  const { ngrams, weighting, stem, stopWords, punctuation } = options;
  return {
    format: 'starling-export',
    formatVersion: EXPORT_VERSION,
    target,
    version: VERSION,
    text: {
      ngrams,
      weighting: content.vectorizer.vocabulary.weights ? 'weights' : weighting,
      stem,
      stopWords,
      punctuation,
      stopWordList: stopWords ? [...droppedStopWords].sort() : [],
    },
    network: {
      terms: termCount(content),
      hidden: hidden.map(({ units }) => units),
      activation: options.activation,
      alpha: options.alpha,
      firstNegated: hidden.map((_, i) => firstNegated(content, i)),
    },
    head,
    ...(content.wide ? { wide: { folder: WIDE_FOLDER, share: content.wide.share } } : {}),
  };
}

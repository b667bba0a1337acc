/**
 * A model in a browser: the same files, network and explanation as in Node, on the WebAssembly kernels and one thread. It
 * predicts and explains; it cannot train or save.
 */
import { StarlingError } from '../errors.ts';
import type { Explanation } from '../explanation/explanation.ts';
import { LARGEST_HEADER, type NamedTensor, parseHeader, tensorsOf } from '../files/safetensors-header.ts';
import { Arena } from '../kernels/arena.ts';
import { SingleEngine } from '../kernels/engine.ts';
import { hasRelaxedSimd, wasmKernels } from '../kernels/wasm.ts';
import { asPredictions, type Prediction } from '../model/prediction.ts';
import { placeModel, type Rater } from '../model/rater.ts';
import { modelParts } from '../saved/parts.ts';
import type { ModelFacts } from '../server/protocol.ts';
import { VERSION } from '../version.ts';

/** Texts that go through the network together. */
const BATCH = 64;
const PAGE = 65_536;
/** WebAssembly memory beside the weights, in bytes: minibatches, and room for a batch of very long texts. */
const ROOM = 256 * 2 ** 20;

/** The kernels that this browser can run. */
export function kernelFile(): string {
  return hasRelaxedSimd() ? 'kernels-relaxed.wasm' : 'kernels.wasm';
}

export interface ModelFiles {
  /** Parsed. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabulary: unknown;
  /** A safetensors file. */
  readonly tensors: ArrayBuffer;
  readonly kernels: WebAssembly.Module;
}

export class BrowserModel {
  readonly facts: ModelFacts;
  private readonly rater: Rater;

  /** @throws StarlingError BAD_MODEL, BAD_OPTION, OUT_OF_MEMORY */
  constructor({ config, vocabulary, tensors, kernels }: ModelFiles) {
    const read = readTensors(tensors);
    const parts = modelParts({ config, vocabulary, tensors: read }, 'model');
    const bytes = [...read.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    const arena = new Arena(memoryFor(bytes));
    const engine = new SingleEngine('wasm', arena, wasmKernels(kernels, arena, 0));
    this.rater = placeModel(parts, engine, BATCH);
    const { head, vectorizer } = parts;
    const training = (config.training ?? {}) as { rated?: number; unrated?: number };
    this.facts = {
      version: VERSION,
      levels: head.levels,
      head: head.kind,
      terms: vectorizer.vocabulary.terms.length,
      hidden: parts.options.hidden,
      rated: training.rated ?? 0,
      unrated: training.unrated ?? 0,
    };
  }

  predictMany(texts: readonly string[]): Prediction[] {
    return asPredictions(this.rater.rate(texts), this.facts.levels.length);
  }

  explain(text: string): Explanation {
    return this.rater.explain(text);
  }
}

/** Phones refuse to reserve the 4 GiB that the kernels could use; so: what the weights need (panels are padded), and room. */
function memoryFor(weightBytes: number): WebAssembly.Memory {
  const maximum = Math.min(65_536, Math.ceil((2 * weightBytes + ROOM) / PAGE));
  return new WebAssembly.Memory({ initial: 128, maximum, shared: true });
}

function readTensors(file: ArrayBuffer): Map<string, NamedTensor> {
  const refuse = (what: string): never => {
    throw new StarlingError('BAD_MODEL', `model.safetensors: ${what}`, 'Export the page again.');
  };
  if (file.byteLength < 8) refuse('is too short for a safetensors file');
  const length = Number(new DataView(file).getBigUint64(0, true));
  if (length > LARGEST_HEADER || 8 + length > file.byteLength) refuse('is damaged or no safetensors file');
  const text = new TextDecoder().decode(new Uint8Array(file, 8, length));
  const start = 8 + length;
  const entries = parseHeader(text, file.byteLength - start, refuse);
  const buffers = entries.map(({ begin, end }) => file.slice(start + begin, start + end));
  return tensorsOf(entries, buffers, refuse);
}

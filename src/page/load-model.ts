/** A model over the network: the four files that a `BrowserModel` is made of, from wherever they are served. */
import { StarlingError } from '../errors.ts';
import { BrowserModel, kernelFile } from './browser-model.ts';

export interface ModelPlace {
  /** Address of the model folder, as `starling train` wrote it: config.json, vocabulary.json, model.safetensors. */
  readonly model: string | URL;
  /** Address of the folder with kernels.wasm and kernels-relaxed.wasm, which the package has in dist/kernels. */
  readonly kernels: string | URL;
}

/**
 * Fetches a model, with the kernels that this browser can run.
 * @param places addresses, absolute or from the page or worker that asks; a "/" at the end is not needed
 * @throws StarlingError NO_SUCH_FILE when a file cannot be had; BAD_MODEL
 */
export async function loadModel({ model, kernels }: ModelPlace): Promise<BrowserModel> {
  const [config, vocabulary, tensors, compiled] = await Promise.all([
    get(model, 'config.json').then((response) => response.json()),
    get(model, 'vocabulary.json').then((response) => response.json()),
    get(model, 'model.safetensors').then((response) => response.arrayBuffer()),
    get(kernels, kernelFile())
      .then((response) => response.arrayBuffer())
      .then((bytes) => WebAssembly.compile(bytes)),
  ]);
  return new BrowserModel({ config, vocabulary, tensors, kernels: compiled });
}

async function get(folder: string | URL, name: string): Promise<Response> {
  const address = `${String(folder).replace(/\/$/, '')}/${name}`;
  const url = new URL(address, typeof location === 'undefined' ? undefined : location.href);
  const refuse = (why: string, cause?: unknown): never => {
    throw new StarlingError('NO_SUCH_FILE', `${address} cannot be loaded${why}`, '', { cause });
  };
  const response = await fetch(url).catch((cause) => refuse('', cause));
  return response.ok ? response : refuse(`: the file server answered ${response.status}`);
}

/**
 * The worker of the page without a server: loads the model that lies beside it, rates and explains. In a thread of its own,
 * so that typing never waits for arithmetic.
 */
import { BrowserModel, kernelFile } from './browser-model.ts';

export type EngineCall =
  | { readonly id: number; readonly kind: 'load' }
  | { readonly id: number; readonly kind: 'explain'; readonly text: string }
  | { readonly id: number; readonly kind: 'predict'; readonly texts: readonly string[] };

export type EngineAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

let model: BrowserModel | undefined;

async function load(): Promise<BrowserModel> {
  const [config, vocabulary, tensors, kernels] = await Promise.all([
    get('model/config.json').then((response) => response.json()),
    get('model/vocabulary.json').then((response) => response.json()),
    get('model/model.safetensors').then((response) => response.arrayBuffer()),
    get(kernelFile())
      .then((response) => response.arrayBuffer())
      .then((bytes) => WebAssembly.compile(bytes)),
  ]);
  return new BrowserModel({ config, vocabulary, tensors, kernels });
}

async function get(name: string): Promise<Response> {
  const response = await fetch(new URL(name, self.location.href)).catch((cause) => {
    throw new Error(`${name} cannot be loaded`, { cause });
  });
  if (!response.ok) throw new Error(`${name} cannot be loaded: the file server answered ${response.status}`);
  return response;
}

async function answerTo(call: EngineCall): Promise<unknown> {
  if (call.kind === 'load') {
    model ??= await load();
    return model.facts;
  }
  return call.kind === 'explain' ? model!.explain(call.text) : model!.predictMany(call.texts);
}

self.onmessage = async ({ data }: MessageEvent<EngineCall>) => {
  let answer: EngineAnswer;
  try {
    answer = { id: data.id, result: await answerTo(data) };
  } catch (error) {
    answer = { id: data.id, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
};

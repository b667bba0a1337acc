/**
 * The worker of the page without a server: loads the model that lies beside it, rates and explains. In a thread of its own,
 * so that typing never waits for arithmetic.
 */
import type { BrowserModel } from './browser-model.ts';
import { loadModel } from './load-model.ts';

export type EngineCall =
  | { readonly id: number; readonly kind: 'load' }
  | { readonly id: number; readonly kind: 'explain'; readonly text: string }
  | { readonly id: number; readonly kind: 'predict'; readonly texts: readonly string[] };

export type EngineAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

let model: BrowserModel | undefined;

async function answerTo(call: EngineCall): Promise<unknown> {
  if (call.kind === 'load') {
    model ??= await loadModel({ model: 'model', kernels: '.' });
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

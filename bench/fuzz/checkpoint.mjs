/** Checkpoints of a training, with which it goes on. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated, mutatedJson, mutatedTensors, sha256 } from './damage.mjs';
import { check, trained } from './sound.mjs';

/** @returns what the reader does with the input of a draw; a StarlingError is as good as an answer */
export async function reader(load, folder) {
  const { SentimentModel, reviews, options } = await trained(load);
  const states = [];
  for (const phase of ['pretrain', 'finetune']) {
    const stopping = new AbortController();
    const dir = join(folder, `sound-${phase}`);
    const checkpoint = { dir, everySeconds: 1000, signal: stopping.signal };
    const onProgress = (event) => event.phase === phase && stopping.abort();
    await SentimentModel.train(reviews, { options, checkpoint, onProgress }).catch(() => {});
    const part = phase === 'pretrain' ? 'pretraining' : 'finetuning';
    const state = JSON.parse(readFileSync(join(dir, part, '1', 'state.json'), 'utf8'));
    const arrays = readFileSync(join(dir, part, '1', 'arrays.safetensors'));
    states.push({ part, data: state.data, arrays, run: readFileSync(join(dir, 'run.json')) });
  }
  const dir = join(folder, 'checkpoint');
  return async (draw) => {
    const { part, data, arrays, run } = draw.of(states);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(join(dir, part, '1'), { recursive: true });
    const kind = draw.below(10);
    const changed = kind < 3 ? mutatedTensors(arrays, draw) : arrays;
    const text = kind >= 3 && kind < 8 ? mutatedJson(data, draw) : JSON.stringify(data);
    const again = (() => {
      try {
        return JSON.stringify(JSON.parse(text));
      } catch {
        return text;
      }
    })();
    const sums = { data: sha256(again), arrays: sha256(changed) };
    const state = `{"sha256":${JSON.stringify(sums)},"data":${text}}`;
    writeFileSync(join(dir, part, '1', 'arrays.safetensors'), changed);
    writeFileSync(join(dir, part, '1', 'state.json'), kind === 8 ? mutated(Buffer.from(state), draw) : state);
    writeFileSync(join(dir, 'run.json'), kind === 9 ? mutatedJson(JSON.parse(run), draw) : run);
    const model = await SentimentModel.train(reviews, { options, checkpoint: { dir, resume: true } });
    const [{ rating }] = model.predictMany(['good soup']);
    check(Number.isFinite(rating), `rating ${rating}`);
    model.close();
  };
}

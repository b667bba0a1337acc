/** Model folders, among them links out of the folder, pipes and devices. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated, mutatedJson, mutatedTensors, sha256 } from './damage.mjs';
import { check, trained } from './sound.mjs';

/** The files of a sound model, changed; sealed again most of the time. */
function modelFiles(sound, draw) {
  const files = { ...sound };
  const which = draw.below(10);
  const seal = draw.chance(0.85);
  if (which < 4) files['model.safetensors'] = mutatedTensors(sound['model.safetensors'], draw);
  else if (which < 6) {
    const vocabulary = sound['vocabulary.json'];
    files['vocabulary.json'] = draw.chance(0.7)
      ? Buffer.from(mutatedJson(JSON.parse(vocabulary), draw))
      : mutated(vocabulary, draw);
  }
  let config = sound['config.json'];
  if (seal) {
    const json = JSON.parse(config);
    for (const name of Object.keys(json.sha256)) json.sha256[name] = sha256(files[name]);
    config = Buffer.from(which < 6 ? JSON.stringify(json) : mutatedJson(json, draw));
  } else if (which >= 6) config = mutated(config, draw);
  files['config.json'] = config;
  if (draw.chance(0.03)) files[draw.of(Object.keys(files))] = draw.of(['missing', 'folder', 'link', 'pipe']);
  return files;
}

/** @returns what the reader does with the input of a draw; a StarlingError is as good as an answer */
export async function reader(load, folder) {
  const { SentimentModel, reviews, options } = await trained(load);
  const { readModelFolder } = await load('saved/folder.js');
  const { modelParts } = await load('saved/parts.js');
  const sounds = [];
  for (const head of ['softmax', 'linear']) {
    const dir = join(folder, `sound-${head}`);
    const model = await SentimentModel.train(reviews, { options: { ...options, head } });
    await model.save(dir);
    const names = ['config.json', 'vocabulary.json', 'model.safetensors'];
    sounds.push(Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name))])));
  }
  const dir = join(folder, 'model');
  return async (draw) => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    for (const [name, content] of Object.entries(modelFiles(draw.of(sounds), draw))) {
      const path = join(dir, name);
      if (content === 'folder') mkdirSync(path);
      else if (content === 'link')
        symlinkSync(draw.of([path, '../../../../etc/passwd', '/dev/zero', '/dev/null']), path);
      else if (content === 'pipe') spawnSync('mkfifo', [path]);
      else if (content !== 'missing') writeFileSync(path, content);
    }
    modelParts(await readModelFolder(dir, 'model'), dir);
    const model = await SentimentModel.load(dir);
    for (const { rating, distribution } of model.predictMany(['good soup', '', 'rude rude staff'])) {
      check(Number.isFinite(rating), `rating ${rating}`);
      check(distribution === null || distribution.every(Number.isFinite), `distribution ${distribution}`);
    }
    model.close();
  };
}

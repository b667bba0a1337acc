/** Configuration files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated, mutatedJson, nastyJson } from './damage.mjs';

/** @returns what the reader does with the input of a draw; a StarlingError is as good as an answer */
export async function reader(load, folder) {
  const { readConfig } = await load('cli/config-file.js');
  const { resolveOptions, defaultOptions } = await load('index.js');
  const path = join(folder, 'config.json');
  const sound = {
    ...defaultOptions,
    text: 'review',
    levels: [1, 2, 3],
    unlabelled: ['a.csv'],
    skipBadRows: true,
  };
  return async (draw) => {
    const text = draw.chance(0.7)
      ? mutatedJson(sound, draw)
      : draw.chance(0.5)
        ? mutated(Buffer.from(JSON.stringify(sound)), draw)
        : nastyJson(draw);
    writeFileSync(path, text);
    const { options } = await readConfig(path);
    resolveOptions(options);
  };
}

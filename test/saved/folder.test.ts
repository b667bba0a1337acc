/** A model's folder on the disk: what is written, where it may go, and each way in which it is refused when it is read. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Arena } from '../../src/kernels/arena.ts';
import { resolveOptions } from '../../src/options.ts';
import {
  checkDestination,
  type FolderKind,
  readModelFolder,
  writeModelFolder,
} from '../../src/saved/folder.ts';
import { modelParts, placeNetwork } from '../../src/saved/parts.ts';
import { layersFrom, layerTensors } from '../../src/saved/tensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'starling-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const options = resolveOptions({ hidden: [2], head: 'softmax', vocabularySize: 10, minDocumentFrequency: 1 });
const layers = [
  { inputs: 3, units: 2, weights: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(7, 8) },
  { inputs: 2, units: 2, weights: Float32Array.of(9, 10, 11, 12), bias: Float32Array.of(13, 14) },
];
const content = {
  kind: 'model' as FolderKind,
  config: { options, head: { kind: 'softmax', levels: [1, 2], mean: 1.5, std: 0.5 }, note: 'mine' },
  vocabulary: { terms: ['a', 'b', 'c'], documentFrequency: [3, 2, 1], documents: 5 },
  tensors: layerTensors('layers', layers),
  card: '# Card\n',
};

async function saved(kind: FolderKind = 'model'): Promise<string> {
  const dir = join(folder, `${made++}`);
  await writeModelFolder(dir, { ...content, kind });
  return dir;
}

const HINT = 'Make one with: starling train FILE --out DIR';
const ENCODER_HINT = 'Make them with: starling pretrain FILE --out DIR';

describe('a folder that was written', () => {
  test('holds the card, the configuration with its format, and the sums of the other files', async () => {
    const dir = await saved();
    expect(readdirSync(dir).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'vocabulary.json',
    ]);
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('# Card\n');
    const text = readFileSync(join(dir, 'config.json'), 'utf8');
    const config = JSON.parse(text);
    expect(text).toBe(`${JSON.stringify(config, null, 2)}\n`);
    expect(config).toMatchObject({ format: 'starling-model', formatVersion: 1, note: 'mine' });
    expect(Object.keys(config.sha256)).toEqual(['model.safetensors', 'vocabulary.json']);
    for (const sum of Object.values(config.sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives back what was put in: vocabulary, weights and biases at their places', async () => {
    const dir = await saved();
    const parts = modelParts(await readModelFolder(dir, 'model'), dir);
    expect(parts.vectorizer.vocabulary.terms).toEqual(['a', 'b', 'c']);
    expect(parts.layers).toEqual(layers);
    expect(parts.head).toEqual({ kind: 'softmax', levels: [1, 2], mean: 1.5, std: 0.5 });
    const network = placeNetwork(parts, new Arena());
    const { activation, alpha, negateHalf } = options;
    expect(network).toMatchObject({ inputs: 3, activation, alpha, negateHalf });
    expect(network.layers).toHaveLength(1);
    expect([...network.head.bias.slice(0, 2)]).toEqual([13, 14]);
    expect([...network.layers[0].bias.slice(0, 2)]).toEqual([7, 8]);
  });
});

describe('a place', () => {
  const refusal = (dir: string, what: string) => ({
    code: 'CANNOT_WRITE',
    message: `cannot write ${dir}: ${what}`,
    hint: 'Name a new folder.',
  });

  test('that is new, deep below a folder, empty, or of an older model or encoders is taken', async () => {
    await checkDestination(join(folder, 'a/b/c/new'));
    expect(existsSync(join(folder, 'a'))).toBe(false);
    mkdirSync(join(folder, 'empty'));
    await checkDestination(join(folder, 'empty'));
    await checkDestination(await saved());
    await checkDestination(await saved('encoder'));
  });

  test('that is a file, below a file, or holds something else is not', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(checkDestination(file)).rejects.toMatchObject(refusal(file, 'it is a file'));
    const below = join(file, 'more', 'model');
    await expect(checkDestination(below)).rejects.toMatchObject(refusal(below, `${file} is no folder`));
    const mine = join(folder, 'mine');
    mkdirSync(mine);
    for (const [name, text] of [
      ['thesis.txt', 'all of it'],
      ['config.json', '{"format": "other-model"}'],
    ]) {
      writeFileSync(join(mine, name), text);
      const wanted = refusal(mine, 'it holds something that starling did not write');
      await expect(checkDestination(mine)).rejects.toMatchObject(wanted);
      await expect(writeModelFolder(mine, content)).rejects.toMatchObject(wanted);
    }
  });
});

describe('reading refuses', () => {
  const bad = (message: string, hint = HINT) => ({ code: 'BAD_MODEL', message, hint });

  test('what is not there, and a file, with the command that makes a folder', async () => {
    const nowhere = join(folder, 'nowhere');
    const missing = { code: 'NO_SUCH_FILE', message: `there is no folder ${nowhere}` };
    await expect(readModelFolder(nowhere, 'model')).rejects.toMatchObject({ ...missing, hint: HINT });
    await expect(readModelFolder(nowhere, 'encoder')).rejects.toMatchObject({
      ...missing,
      hint: ENCODER_HINT,
    });
    const file = join(folder, 'plain');
    writeFileSync(file, '');
    await expect(readModelFolder(file, 'model')).rejects.toMatchObject(
      bad(`${file} is a file, expected the folder of a trained model`),
    );
    await expect(readModelFolder(file, 'encoder')).rejects.toMatchObject(
      bad(`${file} is a file, expected the folder of pre-trained encoders`, ENCODER_HINT),
    );
  });

  test('the one kind for the other, and what is neither', async () => {
    const [model, encoders] = [await saved(), await saved('encoder')];
    await expect(readModelFolder(model, 'encoder')).rejects.toMatchObject(
      bad(`${model} holds a trained model, expected pre-trained encoders`, ENCODER_HINT),
    );
    await expect(readModelFolder(encoders, 'model')).rejects.toMatchObject(
      bad(`${encoders} holds pre-trained encoders, expected a trained model`),
    );
    writeFileSync(join(model, 'config.json'), '{"format": "starling", "formatVersion": 1}');
    await expect(readModelFolder(model, 'model')).rejects.toMatchObject(
      bad(`${model}/config.json does not describe a trained model`),
    );
    writeFileSync(join(model, 'config.json'), '{"format": "starling-model", "formatVersion": "2"}');
    await expect(readModelFolder(model, 'model')).rejects.toMatchObject(
      bad(
        `${model}/config.json has the format version "2", this starling reads 1`,
        'Use the version of starling that wrote it, or train again.',
      ),
    );
  });

  test.each(['config.json', 'vocabulary.json', 'model.safetensors'])('a folder without %s', async (name) => {
    const dir = await saved();
    rmSync(join(dir, name));
    await expect(readModelFolder(dir, 'model')).rejects.toMatchObject(bad(`${dir} has no ${name}`));
    // A folder, or a pipe that would never end, in its place.
    mkdirSync(join(dir, name));
    await expect(readModelFolder(dir, 'model')).rejects.toMatchObject(bad(`${dir}/${name} is no file`));
    rmSync(join(dir, name), { recursive: true });
    if (spawnSync('mkfifo', [join(dir, name)]).status !== 0) return;
    await expect(readModelFolder(dir, 'model')).rejects.toMatchObject(bad(`${dir}/${name} is no file`));
  });

  test.each(['[]', 'null', '3', '{'])('a vocabulary that is %s', async (text) => {
    const dir = await saved();
    writeFileSync(join(dir, 'vocabulary.json'), text);
    await expect(readModelFolder(dir, 'model')).rejects.toMatchObject(
      bad(`${dir}/vocabulary.json is damaged: it holds no JSON object`),
    );
  });

  test.each(['vocabulary.json', 'model.safetensors'])('one changed byte of %s, and no sums', async (name) => {
    const wanted = (dir: string) =>
      bad(
        `${dir}/${name} is not the file that was written with config.json: it is damaged or from another model`,
        'Copy the whole folder again, or train again.',
      );
    const dir = await saved();
    const bytes = readFileSync(join(dir, name));
    bytes[bytes.length - 2] ^= 1;
    if (name === 'vocabulary.json') writeFileSync(join(dir, name), `${bytes.toString().slice(0, -2)} }`);
    else writeFileSync(join(dir, name), bytes);
    await expect(readModelFolder(dir, 'model')).rejects.toMatchObject(wanted(dir));
    const bare = await saved();
    const config = JSON.parse(readFileSync(join(bare, 'config.json'), 'utf8'));
    delete config.sha256[name];
    writeFileSync(join(bare, 'config.json'), JSON.stringify(config));
    await expect(readModelFolder(bare, 'model')).rejects.toMatchObject(wanted(bare));
  });

  const { head } = content.config;
  const tensors = new Map(layerTensors('layers', layers).map((tensor) => [tensor.name, tensor]));
  test.each<[string, unknown]>([
    ['that is missing', undefined],
    ['that is null', null],
    ['of another kind than the options say', { ...head, kind: 'linear' }],
    ['without levels', { ...head, levels: [] }],
    ['with levels that are no list', { ...head, levels: 2 }],
    ['with levels that do not rise', { ...head, levels: [2, 2] }],
    ['with levels that fall', { ...head, levels: [2, 1] }],
    ['with a level that is no number', { ...head, levels: [1, null] }],
    ['with more than 1000 levels', { ...head, levels: Array.from({ length: 1001 }, (_, i) => i) }],
    ['with a mean that is no number', { ...head, mean: null }],
    ['with a deviation that is no number', { ...head, std: '1' }],
  ])('a head %s', (_name, wrong) => {
    const { vocabulary } = content;
    const config = { ...content.config, head: wrong };
    expect(() => modelParts({ config, vocabulary, tensors }, 'DIR')).toThrow(
      expect.objectContaining({
        code: 'BAD_MODEL',
        message: 'DIR/config.json: "head" does not describe a head',
      }) as Error,
    );
  });

  test('no head of 1000 levels, which is as many as there may be', () => {
    const { vocabulary } = content;
    const levels = Array.from({ length: 1000 }, (_, i) => i);
    const config = { ...content.config, head: { ...head, levels } };
    // The head is sound; its weights are not of that width.
    expect(() => modelParts({ config, vocabulary, tensors }, 'DIR')).toThrow('expected [2, 1000]');
  });

  test('a vocabulary that is none, by the name of its file', () => {
    const loaded = { config: content.config, vocabulary: {}, tensors };
    expect(() => modelParts(loaded, 'DIR')).toThrow(/^DIR\/vocabulary\.json/);
  });

  test('a tensor that is missing, or has another shape than the options say', () => {
    expect([...tensors.keys()]).toEqual([
      ...['layers.0.weights', 'layers.0.bias', 'layers.1.weights', 'layers.1.bias'],
    ]);
    expect(layersFrom('DIR', tensors, 'layers', 3, [2, 2])).toEqual(layers);
    const refused = (inputs: number, widths: readonly number[], message: string, found = tensors): void =>
      expect(() => layersFrom('DIR', found, 'layers', inputs, widths)).toThrow(
        expect.objectContaining({
          code: 'BAD_MODEL',
          message: `DIR/model.safetensors: the tensor ${message}`,
          hint: 'The folder is damaged or was put together from two models; train or download it again.',
        }) as Error,
      );
    refused(4, [2, 2], '"layers.0.weights" has the shape [3, 2], expected [4, 2]');
    refused(3, [5, 2], '"layers.0.weights" has the shape [3, 2], expected [3, 5]');
    refused(3, [2, 3], '"layers.1.weights" has the shape [2, 2], expected [2, 3]');
    refused(3, [2, 2, 1], '"layers.2.weights" is missing, expected [2, 1]');
    const short = { name: 'layers.0.weights', shape: [3], data: layers[0].weights };
    const shorter = new Map([...tensors, [short.name, short]]);
    refused(3, [2, 2], '"layers.0.weights" has the shape [3], expected [3, 2]', shorter);
    const column = { name: 'layers.0.bias', shape: [2, 1], data: layers[0].bias };
    const longer = new Map([...tensors, [column.name, column]]);
    refused(3, [2, 2], '"layers.0.bias" has the shape [2, 1], expected [2]', longer);
  });
});

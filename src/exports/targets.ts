/**
 * The targets of `starling export`, as data: what each writes, and how it is used from Python and from JavaScript. A new
 * target is an entry here.
 */
import type { ExportContent, ExportFile } from './content.ts';
import { onnxFiles } from './onnx.ts';
import { csvFiles, safetensorsFiles } from './tensors.ts';
import { tfjsFiles } from './tfjs.ts';

export interface ExportTarget {
  readonly name: string;
  /** One line for the help and the README. */
  readonly summary: string;
  readonly files: (content: ExportContent) => ExportFile[];
  /** What the files are, for the README; Markdown. */
  readonly about: (content: ExportContent) => string;
  /** Files of examples/python and examples/javascript that lie in the export, the program first. */
  readonly python: readonly string[];
  readonly pythonNeeds: string;
  readonly javascript: readonly string[];
  readonly javascriptNeeds: string;
}

const TEXT = 'starling_text.py';
const SHARED = 'starling-export.mjs';

const targets: readonly ExportTarget[] = [
  {
    name: 'onnx',
    summary: 'ONNX, operator set 17, for onnxruntime and all that read ONNX',
    files: onnxFiles,
    about: ({ head, vectorizer }) => `Two graphs of the same network (operator set 17, IR version 8, float32):

| file | inputs | |
|---|---|---|
| \`ids.onnx\` | \`ids\` int64 [entries], \`values\` float [entries], \`offsets\` int64 [reviews] | the terms of all reviews one after another; \`offsets[r]\` is where review r begins, as for an embedding bag. For batches of up to some hundred reviews: it needs memory in proportion to reviews x terms of the longest review x units |
| \`dense.onnx\` | \`x\` float [reviews, ${vectorizer.vocabulary.terms.length}] | the value of each term, 0 where it does not occur |

Outputs of both: \`rating\` float [reviews]${
      head.kind === 'softmax'
        ? `, and \`distribution\` float [reviews, ${head.levels.length}], the probability of each level`
        : ''
    }. The metadata of each file
hold export.json (\`starling.export\`) and vocabulary.json (\`starling.vocabulary\`), so that it may travel alone.`,
    python: ['predict_onnx.py', TEXT],
    pythonNeeds: 'onnxruntime and numpy',
    javascript: ['predict-onnx.mjs', SHARED],
    javascriptNeeds: 'starling onnxruntime-web',
  },
  {
    name: 'tfjs',
    summary: 'TensorFlow.js graph model, for browsers and Node',
    files: tfjsFiles,
    about: ({
      head,
      vectorizer,
    }) => `A graph model (float32): \`tf.loadGraphModel\` reads \`model.json\`, which names its files of weights.

| asked for | inputs | |
|---|---|---|
| \`rating_of_ids\`${head.kind === 'softmax' ? ', `distribution_of_ids`' : ''} | \`ids\` int32 [reviews, places], \`values\` float32 [reviews, places] | the terms of each review, padded with the id 0 and the value 0; by \`execute\` |
| \`rating\`${head.kind === 'softmax' ? ', `distribution`' : ''} | \`x\` float32 [reviews, ${vectorizer.vocabulary.terms.length}] | the value of each term, 0 where it does not occur; by \`execute\`, or by \`predict\`, which gives ${head.kind === 'softmax' ? 'both in this order' : 'it'} |`,
    python: ['predict.py', TEXT],
    pythonNeeds: 'numpy',
    javascript: ['predict-tfjs.mjs', SHARED],
    javascriptNeeds:
      'starling @tensorflow/tfjs-core@4 @tensorflow/tfjs-converter@4 @tensorflow/tfjs-backend-wasm@4',
  },
  {
    name: 'safetensors',
    summary: 'safetensors with readable names, for numpy, PyTorch, JAX, Rust',
    files: safetensorsFiles,
    about: ({ hidden }) =>
      `\`model.safetensors\` holds, in float32 and inputs x units, ${hidden.map((_, i) => `\`hidden.${i}.weight\`, \`hidden.${i}.bias\`, `).join('')}\`head.weight\`, \`head.bias\`.`,
    python: ['predict.py', TEXT],
    pythonNeeds: 'numpy',
    javascript: ['predict.mjs', SHARED],
    javascriptNeeds: 'starling',
  },
  {
    name: 'csv',
    summary: 'CSV tables of terms and weights, for people, spreadsheets and R',
    files: csvFiles,
    about: ({
      hidden,
    }) => `\`terms.csv\` lists the terms; ${hidden.map((_, i) => `\`hidden_${i}.csv\`, `).join('')}\`head.csv\` hold the weights: a row per input, a column per unit, and
the biases in the row "(bias)". Nine digits: each number is the float32 of the model exactly.${
      hidden.length === 0
        ? ' The model has no hidden layer: a row of `head.csv` is all that it knows of a term.'
        : ''
    }`,
    python: ['predict.py', TEXT],
    pythonNeeds: 'numpy',
    javascript: ['predict.mjs', SHARED],
    javascriptNeeds: 'starling',
  },
];

/** Targets whose exports hold programs. */
export const portableTargets: readonly string[] = targets.map(({ name }) => name);

/** The page with the model in it: a folder of its own kind, see web.ts. */
export const WEB = 'web';

export const targetNames: readonly string[] = [...portableTargets, WEB];

/** The target of this name, or undefined; `web` is none of these. */
export function findTarget(name: string): ExportTarget | undefined {
  return targets.find((target) => target.name === name);
}

/**
 * The weights alone, for whoever computes with their own hands: safetensors with readable names, or CSV. Either way
 * weights are inputs x units, so that a row of the first belongs to a term.
 */
import { type NamedTensor, tensorFileStart } from '../files/safetensors.ts';
import type { LayerData } from '../network/network.ts';
import { inverseDocumentFrequencies } from '../text/vectorizer.ts';
import type { ExportContent, ExportFile } from './content.ts';

/** "hidden.0.weight" (terms x units), "hidden.0.bias" (units), ..., "head.weight", "head.bias". */
export function namedTensors({ hidden, output }: ExportContent): NamedTensor[] {
  const pair = (name: string, { inputs, units, weights, bias }: LayerData): NamedTensor[] => [
    { name: `${name}.weight`, shape: [inputs, units], data: weights },
    { name: `${name}.bias`, shape: [units], data: bias },
  ];
  return [...hidden.flatMap((layer, i) => pair(`hidden.${i}`, layer)), ...pair('head', output)];
}

export function safetensorsFiles(content: ExportContent): ExportFile[] {
  const tensors = namedTensors(content);
  const numbers = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return [{ name: 'model.safetensors', pieces: [tensorFileStart(tensors), ...numbers] }];
}

/**
 * `terms.csv` (id, term, document_frequency, and idf or weight), and for each layer a table: a row of biases, named "(bias)", then a
 * row per input. Words hold letters, digits, marks, apostrophes, ! and ? only, so that no field needs quotes.
 */
export function csvFiles(content: ExportContent): ExportFile[] {
  const { hidden, output, head, vectorizer } = content;
  const { terms, documentFrequency, weights } = vectorizer.vocabulary;
  const factors = weights ?? inverseDocumentFrequencies(vectorizer.vocabulary);
  const termRows = terms.map((term, id) => `${id},${term},${documentFrequency[id]},${factors[id]}`);
  const outputs = head.kind === 'softmax' ? head.levels.map((level) => `level ${level}`) : ['output'];
  const unitNames = (layer: number): string[] =>
    Array.from({ length: hidden[layer].units }, (_, unit) => `unit ${unit}`);
  const files = [
    textFile('terms.csv', [`id,term,document_frequency,${weights ? 'weight' : 'idf'}`, ...termRows]),
  ];
  [...hidden, output].forEach((layer, i) => {
    const rows = i === 0 ? terms : unitNames(i - 1);
    const name = i < hidden.length ? `hidden_${i}.csv` : 'head.csv';
    const columns = i < hidden.length ? unitNames(i) : outputs;
    files.push(textFile(name, layerLines(layer, i === 0 ? 'term' : 'input', rows, columns)));
  });
  return files;
}

function* layerLines(
  { units, weights, bias }: LayerData,
  corner: string,
  rows: readonly string[],
  columns: readonly string[],
): Generator<string> {
  yield [corner, ...columns].join(',');
  yield ['(bias)', ...Array.from(bias, decimal)].join(',');
  for (let r = 0; r < rows.length; r++) {
    yield [rows[r], ...Array.from(weights.subarray(r * units, (r + 1) * units), decimal)].join(',');
  }
}

/** Nine digits give every float32 back. */
function decimal(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** Lines a file is encoded by: a table of all weights as one string could be longer than strings may be. */
const LINES = 1000;

function textFile(name: string, lines: Iterable<string>): ExportFile {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let some: string[] = [];
  const put = (): void => {
    if (some.length > 0) pieces.push(encoder.encode(`${some.join('\n')}\n`));
    some = [];
  };
  for (const line of lines) if (some.push(line) === LINES) put();
  put();
  return { name, pieces };
}

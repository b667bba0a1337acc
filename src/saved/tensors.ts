/** Layers to named tensors and back: "layers.0.weights" (inputs x units), "layers.0.bias" (units). */
import { StarlingError } from '../errors.ts';
import type { NamedTensor } from '../files/safetensors.ts';
import type { LayerData } from '../network/network.ts';

export function layerTensors(name: string, layers: readonly LayerData[]): NamedTensor[] {
  return layers.flatMap(({ inputs, units, weights, bias }, i) => [
    { name: `${name}.${i}.weights`, shape: [inputs, units], data: weights },
    { name: `${name}.${i}.bias`, shape: [units], data: bias },
  ]);
}

/**
 * @param widths units of each layer
 * @throws StarlingError BAD_MODEL when a tensor is missing or has another shape than the options say
 */
export function layersFrom(
  where: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  name: string,
  inputs: number,
  widths: readonly number[],
): LayerData[] {
  return widths.map((units, i) => {
    const before = i === 0 ? inputs : widths[i - 1];
    return {
      inputs: before,
      units,
      weights: tensor(where, tensors, `${name}.${i}.weights`, [before, units]),
      bias: tensor(where, tensors, `${name}.${i}.bias`, [units]),
    };
  });
}

function tensor(
  where: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const found = tensors.get(name);
  if (!found || found.shape.length !== shape.length || found.shape.some((n, i) => n !== shape[i])) {
    const got = found ? `has the shape [${found.shape.join(', ')}]` : 'is missing';
    throw new StarlingError(
      'BAD_MODEL',
      `${where}/model.safetensors: the tensor "${name}" ${got}, expected [${shape.join(', ')}]`,
      'The folder is damaged or was put together from two models; train or download it again.',
    );
  }
  return found.data;
}

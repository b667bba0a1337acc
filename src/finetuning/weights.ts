/** A copy of all weights of a network, outside the arena: the best epoch so far. */
import type { Layer, Network } from '../network/network.ts';

export type WeightCopy = readonly { readonly weights: Float32Array; readonly bias: Float32Array }[];

export function allLayers(network: Network): readonly Layer[] {
  return [...network.layers, network.head];
}

/** @param reuse an earlier copy of the same network, to be overwritten */
export function saveWeights(network: Network, reuse?: WeightCopy): WeightCopy {
  return allLayers(network).map((layer, i) => {
    const copy = reuse?.[i] ?? {
      weights: new Float32Array(layer.weights.data.length),
      bias: new Float32Array(layer.bias.length),
    };
    copy.weights.set(layer.weights.data);
    copy.bias.set(layer.bias);
    return copy;
  });
}

export function restoreWeights(network: Network, copy: WeightCopy): void {
  allLayers(network).forEach((layer, i) => {
    layer.weights.data.set(copy[i].weights);
    layer.bias.set(copy[i].bias);
  });
}

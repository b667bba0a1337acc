/** A matrix in bytes: each row as whole numbers from -127 to 127 times a scale of its own. A quarter of the size. */

/** @param rows of the matrix, which is row-major */
export function quantise(
  data: Float32Array,
  rows: number,
): { readonly bytes: Int8Array; readonly scales: Float32Array } {
  const width = data.length / rows;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    const numbers = data.subarray(row * width, (row + 1) * width);
    scales[row] = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0) / 127;
    // Among the smallest of numbers a scale may have been rounded down by much: what is largest stays within a byte. 0 / 0 becomes 0.
    numbers.forEach((number, i) => {
      bytes[row * width + i] = Math.max(-127, Math.min(127, Math.round(number / scales[row])));
    });
  }
  return { bytes, scales };
}

/** @param scales one for each row */
export function dequantise(bytes: Int8Array, scales: Float32Array): Float32Array {
  const width = bytes.length / scales.length;
  const data = new Float32Array(bytes.length);
  for (let row = 0, i = 0; row < scales.length; row++) {
    const scale = scales[row];
    for (const end = i + width; i < end; i++) data[i] = bytes[i] * scale;
  }
  return data;
}

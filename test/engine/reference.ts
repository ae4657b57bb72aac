/** `Ops` as plain loops in double precision: the definitions that engines are held against. */

export interface Volume {
  data: Float64Array;
  shape: number[];
}

type Shape4D = [number, number, number, number];

const zeros = (shape: number[]): Volume => ({
  data: new Float64Array(shape.reduce((product, side) => product * side, 1)),
  shape,
});

/** Zeros before the first value with pad "same" (TensorFlow's rule: the odd zero comes last). */
const before = (size: number, taps: number, stride: number) =>
  Math.max(0, Math.floor(((Math.ceil(size / stride) - 1) * stride + taps - size) / 2));

/** Calls `visit` with the flat indices of every product of a convolution. */
function eachProduct(
  [images, height, width, inputs]: Shape4D,
  [tapRows, tapColumns, , outputs]: Shape4D,
  stride: number,
  visit: (x: number, filter: number, y: number) => void,
): void {
  const [outHeight, outWidth] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const [top, left] = [before(height, tapRows, stride), before(width, tapColumns, stride)];
  for (let n = 0; n < images; n++)
    for (let h = 0; h < outHeight; h++)
      for (let w = 0; w < outWidth; w++)
        for (let i = 0; i < tapRows; i++)
          for (let j = 0; j < tapColumns; j++) {
            const [row, column] = [h * stride + i - top, w * stride + j - left];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let c = 0; c < inputs; c++)
              for (let k = 0; k < outputs; k++)
                visit(
                  ((n * height + row) * width + column) * inputs + c,
                  ((i * tapColumns + j) * inputs + c) * outputs + k,
                  ((n * outHeight + h) * outWidth + w) * outputs + k,
                );
          }
}

export function convolution(x: Volume, filter: Volume, stride: number): Volume {
  const [images, height, width] = x.shape as Shape4D;
  const y = zeros([images, Math.ceil(height / stride), Math.ceil(width / stride), filter.shape[3]!]);
  eachProduct(x.shape as Shape4D, filter.shape as Shape4D, stride, (from, tap, to) => {
    y.data[to]! += x.data[from]! * filter.data[tap]!;
  });
  return y;
}

export function convolutionGradients(x: Volume, filter: Volume, dy: Volume, stride: number) {
  const gradients = { x: zeros(x.shape), filter: zeros(filter.shape) };
  eachProduct(x.shape as Shape4D, filter.shape as Shape4D, stride, (from, tap, to) => {
    gradients.x.data[from]! += dy.data[to]! * filter.data[tap]!;
    gradients.filter.data[tap]! += dy.data[to]! * x.data[from]!;
  });
  return gradients;
}

/** Constants of a normalization with a rectifier behind it. */
export interface Normalization {
  epsilon: number;
  slope: number;
}

const rectify = (value: number, slope: number) => (value > 0 ? value : slope * value);

/** Two passes; rectifier included. */
export function batchNorm(x: Volume, gamma: Volume, beta: Volume, options: Normalization) {
  const channels = gamma.data.length;
  const rows = x.data.length / channels;
  const [mean, squares] = [zeros([channels]), zeros([channels])];
  for (const [index, value] of x.data.entries()) mean.data[index % channels]! += value / rows;
  for (const [index, value] of x.data.entries()) {
    squares.data[index % channels]! += (value - mean.data[index % channels]!) ** 2;
  }
  const scaled = (divisor: number): Volume => ({
    data: squares.data.map((square) => square / divisor),
    shape: [channels],
  });
  const output = batchNormInference(x, gamma, beta, mean, scaled(rows), options);
  return { output, mean, variance: scaled(Math.max(rows - 1, 1)), biasedVariance: scaled(rows) };
}

export function batchNormInference(
  x: Volume,
  gamma: Volume,
  beta: Volume,
  mean: Volume,
  variance: Volume,
  { epsilon, slope }: Normalization,
): Volume {
  const channels = gamma.data.length;
  const data = x.data.map((value, index) => {
    const c = index % channels;
    const normalized = (value - mean.data[c]!) / Math.sqrt(variance.data[c]! + epsilon);
    return rectify(normalized * gamma.data[c]! + beta.data[c]!, slope);
  });
  return { data, shape: x.shape };
}

/** Given input or output y of the rectifier. */
export function rectifierGradient(dy: Volume, y: Volume, slope: number): Volume {
  const data = dy.data.map((value, index) => value * (y.data[index]! > 0 ? 1 : slope));
  return { data, shape: dy.shape };
}

/** Ioffe and Szegedy (2015), section 3, term by term. */
export function batchNormGradients(
  dy: Volume,
  x: Volume,
  gamma: Volume,
  beta: Volume,
  options: Normalization,
) {
  const channels = gamma.data.length;
  const rows = x.data.length / channels;
  const { output, mean, biasedVariance } = batchNorm(x, gamma, beta, options);
  const inverse = biasedVariance.data.map((value) => 1 / Math.sqrt(value + options.epsilon));
  const normalized = x.data.map((value, i) => (value - mean.data[i % channels]!) * inverse[i % channels]!);
  const open = rectifierGradient(dy, output, options.slope).data;
  const [dGamma, dBeta, dx] = [zeros([channels]), zeros([channels]), zeros(x.shape)];
  for (const [index, value] of open.entries()) {
    dBeta.data[index % channels]! += value;
    dGamma.data[index % channels]! += value * normalized[index]!;
  }
  for (const [index, value] of open.entries()) {
    const c = index % channels;
    const projected = value - dBeta.data[c]! / rows - (normalized[index]! * dGamma.data[c]!) / rows;
    dx.data[index] = gamma.data[c]! * inverse[c]! * projected;
  }
  return { x: dx, gamma: dGamma, beta: dBeta };
}

/** 2x2 maxima and, where dy is given, its values at the first maximum of each window. */
export function maxPool(x: Volume, dy?: Volume) {
  const [images, height, width, channels] = x.shape as Shape4D;
  const [outHeight, outWidth] = [Math.floor(height / 2), Math.floor(width / 2)];
  const y = zeros([images, outHeight, outWidth, channels]);
  const dx = zeros(x.shape);
  for (let n = 0; n < images; n++)
    for (let h = 0; h < outHeight; h++)
      for (let w = 0; w < outWidth; w++)
        for (let c = 0; c < channels; c++) {
          const at = (row: number, column: number) => ((n * height + row) * width + column) * channels + c;
          const [row, column] = [2 * h, 2 * w];
          const window = [at(row, column), at(row, column + 1), at(row + 1, column), at(row + 1, column + 1)];
          const winner = window.reduce((best, next) => (x.data[next]! > x.data[best]! ? next : best));
          const to = ((n * outHeight + h) * outWidth + w) * channels + c;
          y.data[to] = x.data[winner]!;
          dx.data[winner]! += dy?.data[to] ?? 0;
        }
  return { y, dx };
}

export function softmaxCrossEntropyGradient(logits: Volume, labels: number[]): Volume {
  const [rows, classes] = logits.shape as [number, number];
  const data = logits.data.map((_, index) => {
    const row = Math.floor(index / classes);
    const scores = logits.data.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
    const probability = Math.exp(logits.data[index]! - largest) / sum;
    return (probability - (index % classes === labels[row] ? 1 : 0)) / rows;
  });
  return { data, shape: logits.shape };
}

/** Final state of a network: goes to the cache, never to git. */
export interface ModelWeights {
  /** The flat parameter vector (see `ParameterLayout`). */
  parameters: Float32Array;
  /** Running means, then running variances, of all normalized channels. */
  statistics: Float32Array;
}

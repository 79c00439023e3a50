/** A micro-batch to be: which samples, and where they stand in the run. */
export interface BatchPiece {
  /** Zero-based optimizer update this piece adds to. */
  update: number;
  /** Zero-based epoch. */
  epoch: number;
  /** Positions in the training split, in order. */
  positions: number[];
  /** Samples of the whole window. */
  windowSize: number;
  /** What the loss of each position counts; over a window they add up to 1: 1 / windowSize, or by class. */
  sampleWeights: number[];
  /** True for the last piece of its window. */
  endsWindow: boolean;
}

/** A piece with its pixels and targets, as a loader hands it to the training loop. */
export interface LoadedPiece extends BatchPiece {
  /** Shape: [n, 3, S, S], normalised, n = positions.length. */
  pixels: Float32Array;
  /** Shape: [n]: class ids or grades. */
  targets: Float32Array;
}

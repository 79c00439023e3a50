/** The classification head and its loss: K logits, two logits, or one grade. */
export type HeadSpec =
  | { kind: 'multiclass' | 'binary'; numOutputs: number; loss: 'crossEntropy' }
  | { kind: 'regression'; numOutputs: number; loss: 'mse' | 'smoothL1' };

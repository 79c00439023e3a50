export { createOnnxModel } from './graph/create-onnx-model.js';
export type { Graph, GraphConstant, GraphNode, GraphSource, GraphValue, ValueId } from './graph/graph.js';
export { createDropoutPool, drawDropoutRows, dropoutPoolRows, type DropoutRowsOptions } from './lora/dropout-masks.js';
export { findLoraModules, type LoraModule } from './lora/find-lora-modules.js';
export { loraScale, type LoraSpec } from './lora/lora-spec.js';
export {
  createTrainableTensors,
  headNames,
  loraNames,
  trainableShapes,
  type TrainableTensor,
  type TrainableTensors,
} from './lora/trainable-tensors.js';
export { crossEntropy } from './losses/cross-entropy.js';
export { meanSquaredError } from './losses/mean-squared-error.js';
export { smoothL1 } from './losses/smooth-l1.js';
export { attention, type AttentionSize } from './ops/attention.js';
export { classTokens } from './ops/class-tokens.js';
export { dropout } from './ops/dropout.js';
export { scaledGelu } from './ops/gelu.js';
export { gemm, type GemmOptions } from './ops/gemm.js';
export { layerNorm } from './ops/layer-norm.js';
export { residualAdd } from './ops/residual-add.js';
export { traceGraph, type Tracer } from './trace/trace-graph.js';
export { adaptedLinear, type LinearFactors, type LinearWeights, type LoraFactors } from './lora/adapted-linear.js';
export type { HeadSpec } from './vit/head-spec.js';
export { createParameters, type ModelTensors } from './vit/model-tensors.js';
export { dropoutPoolName, dropoutWidths, gradientName, stepNames, type StepSpec } from './vit/step-inputs.js';
export { traceLogits, traceTrainStep } from './vit/trace-vit.js';
export { trainStep, type StepResult, type StepTensors } from './vit/train-step.js';
export { countTokens, vitLogits, type ViTParameters } from './vit/vit-logits.js';
export { encodeTargets, vitLoss, type LossInputs } from './vit/vit-loss.js';

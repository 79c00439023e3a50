export { describeEngine, type EngineDescription } from './devices/describe-engine.js';
export { measuredStep, measureSpeed } from './devices/measure-speed.js';
export { runSelfTest, type SelfTestResult } from './devices/self-test.js';
export { createAdamW, type AdamW, type AdamWOptions, type AdamWState } from './optimizer/adamw.js';
export { createEma, type Ema, type EmaOptions, type EmaState } from './optimizer/ema.js';
export { readTrainingState, type ReadStateOptions } from './checkpoint/read-training-state.js';
export type { TrainingIdentity } from './checkpoint/training-identity.js';
export type { TrainingState } from './checkpoint/training-state.js';
export { writeTrainingState } from './checkpoint/write-training-state.js';
export { clipGradNorm } from './optimizer/clip-grad-norm.js';
export { eagerBackends, isEagerBackendInstalled, type EagerBackend } from './session/eager-backend.js';
export { createCompiledGraphs, type CompiledGraphs } from './session/compiled-graphs.js';
export { createEvalSession, createTrainSession } from './session/create-session.js';
export { createLossScaledSession, type LossScale } from './session/loss-scaled-session.js';
export type {
  DropoutKeys,
  EngineKind,
  EvalInput,
  EvalSession,
  SessionOptions,
  StepInput,
  StepOutput,
  TrainableData,
  TrainSession,
} from './session/train-session.js';
export { trainLoop, type StopVerdict, type TrainLoopOptions, type TrainLoopResult, type UpdateReport } from './loop/train-loop.js';

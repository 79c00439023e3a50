import { bytesOfValue, valueOf, type Graph, type ValueId } from '../graph/graph.js';
import type { StepSpec } from '../vit/step-inputs.js';
import { traceTrainStep } from '../vit/trace-vit.js';
import { planMemory } from './plan-memory.js';
import { scheduleNodes } from './schedule-nodes.js';

/** ONNX Runtime itself, and a step's graph in it. */
const sessionBytes = 64e6;

/**
 * Estimates how much memory compiling and running a training step adds to a process, by its micro-batch. The step is traced at
 * two sizes; each of its values is linear in the micro-batch, what the arena makes of them is not quite.
 * It traces, so nothing else may use tfjs meanwhile in the same thread.
 */
export function estimateStepBytes(spec: Omit<StepSpec, 'batch'>): (microBatch: number) => number {
  const [low, high] = [2, 4];
  const [small, large] = [traceTrainStep({ ...spec, batch: low }), traceTrainStep({ ...spec, batch: high })];
  if (small.values.length !== large.values.length) throw new Error(`A step of ${low} samples has ${small.values.length} values, one of ${high} has ${large.values.length}.`);
  const schedule = scheduleNodes(large);
  const bytesOf = (graph: Graph, id: ValueId): number => bytesOfValue(valueOf(graph, id));
  return (microBatch) => {
    const bytesAt = (id: ValueId): number => bytesOf(small, id) + ((bytesOf(large, id) - bytesOf(small, id)) * (microBatch - low)) / (high - low);
    const { weightBytes, hostBytes, arenaBytes } = planMemory(large, bytesAt, schedule);
    return sessionBytes + weightBytes + hostBytes + arenaBytes;
  };
}

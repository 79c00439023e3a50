import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Graph } from '../graph/graph.js';
import { lowerPrecision } from '../graph/lower-precision.js';
import { recomputeActivations } from '../graph/recompute-activations.js';
import { dropoutPoolRows } from '../lora/dropout-masks.js';
import { listAdaptedModules } from '../lora/adapted-modules.js';
import { traceGraph, type Tracer } from '../trace/trace-graph.js';
import { createParameters, type ModelTensors } from './model-tensors.js';
import { dropoutPoolName, dropoutWidths, gradientName, stepNames, trainableShapes, type StepSpec } from './step-inputs.js';
import { trainStep } from './train-step.js';
import { countTokens, vitLogits } from './vit-logits.js';

/**
 * The whole training step, forward and backward, as one static graph. Inputs: pixels, targets, weights, the trainable
 * tensors and, with dropout, rows and pools (see `stepNames`, `gradientName`, `dropoutPoolName`). Outputs: loss, logits
 * and one gradient per trainable tensor.
 */
export function traceTrainStep(spec: StepSpec): Graph {
  const traced = traceGraph((tracer) => {
    const { batch, head } = spec;
    const trainable = traceTrainable(tracer, spec);
    const { loss, logits, gradients } = trainStep(spec, {
      weight: tracer.weight,
      trainable,
      pixels: tracePixels(tracer, spec),
      targets: tracer.input(stepNames.targets, [batch, head.numOutputs]) as Tensor2D,
      weights: tracer.input(stepNames.weights, [batch, 1]) as Tensor2D,
      dropout: traceDropout(tracer, spec),
    });
    const named = [...gradients].map(([name, gradient]) => [gradientName(name), gradient] as const);
    return { [stepNames.loss]: loss, [stepNames.logits]: logits, ...Object.fromEntries(named) };
  });
  const recomputing = recomputeActivations(traced, spec.recompute ?? 'none', {
    loss: stepNames.loss,
    weights: stepNames.weights,
    batchInputs: [stepNames.weights, stepNames.pixels, stepNames.targets, stepNames.dropoutRows],
  });
  return lowerPrecision(recomputing, spec.precision ?? 'fp32');
}

/**
 * The forward pass alone, without dropout. Inputs: pixels and the trainable tensors. Output: logits. In float32 LoRA factors are
 * merged into the weights where that costs less; a quantised weight is left as it is.
 */
export function traceLogits(spec: StepSpec): Graph {
  const precision = spec.precision ?? 'fp32';
  const traced = traceGraph((tracer) => {
    const trainable = traceTrainable(tracer, spec);
    const parameters = createParameters(spec, {
      weight: tracer.weight,
      trainable: (name) => {
        const tensor = trainable.get(name);
        if (tensor === undefined) throw new Error(`Expected a trainable tensor "${name}", found none.`);
        return tensor;
      },
      dropout: null,
      mergesLora: precision === 'fp32',
    });
    return { [stepNames.logits]: vitLogits(tracePixels(tracer, spec), parameters, spec.config) };
  });
  return lowerPrecision(traced, precision);
}

function tracePixels(tracer: Tracer, { batch, config }: StepSpec): Tensor4D {
  return tracer.input(stepNames.pixels, [batch, config.numChannels, config.imageSize, config.imageSize]) as Tensor4D;
}

function traceTrainable(tracer: Tracer, spec: StepSpec): Map<string, Tensor> {
  return new Map([...trainableShapes(spec)].map(([name, shape]) => [name, tracer.input(name, shape)]));
}

function traceDropout(tracer: Tracer, spec: StepSpec): ModelTensors['dropout'] {
  const widths = dropoutWidths(spec);
  if (widths.length === 0) return null;
  const modules = listAdaptedModules(spec.config, spec.adaptation).length;
  const rows = tracer.input(stepNames.dropoutRows, [modules, countTokens(spec.config) * spec.batch], 'int32') as Tensor2D;
  const pools = new Map(widths.map((width) => [dropoutPoolName(width), tracer.input(dropoutPoolName(width), [dropoutPoolRows, width]) as Tensor2D]));
  return {
    rows,
    pool: (name) => {
      const pool = pools.get(name);
      if (pool === undefined) throw new Error(`Expected a dropout pool "${name}", found none.`);
      return pool;
    },
  };
}

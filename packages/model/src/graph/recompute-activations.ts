import type { RecomputeMode } from '@eyegazer/core';
import { eliminateDeadNodes } from './eliminate-dead-nodes.js';
import { findGradientNodes } from './find-gradient-nodes.js';
import { bytesOfValue, valueOf, type Graph, type ValueId } from './graph.js';
import { hideShapes } from './hide-shapes.js';
import { mergeCommonNodes } from './merge-common-nodes.js';
import { recomputeValues, type StepGraph } from './recompute-values.js';

export interface StepNames {
  /** The output that is the loss. */
  loss: string;
  /** The input that weighs the samples. */
  weights: string;
  /** The inputs that have one entry per sample. */
  batchInputs: readonly [string, ...string[]];
}

/** A value smaller than this share of the residual stream's is kept in every mode: statistics of rows, LoRA's inner activations. */
const smallShare = 1 / 16;

/**
 * Trades time for memory in a training step of float32: gradients stay the same to rounding.
 * - selective: the backward pass keeps the residual stream and the outputs of linear layers but attention's keys; those,
 *   LayerNorm, GELU, attention and dropout masks are computed again.
 * - full: it keeps what enters each encoder layer, computes the layer's linear outputs again, and the rest as in selective.
 */
export function recomputeActivations(graph: Graph, mode: RecomputeMode, names: StepNames): Graph {
  if (mode === 'none') return graph;
  const residuals = graph.values.flatMap(({ isResidual }, id) => (isResidual === true ? [id] : []));
  const smallBytes = smallShare * Math.max(0, ...residuals.map((id) => bytesOf(graph, id)));
  // Two sums a layer, and the stream's beginning before them: every second value enters a layer.
  const layerInputs = new Set(residuals.filter((_, i) => i % 2 === 0));
  const once: StepGraph = { graph, gradientNodes: findGradientNodes(graph, names) };
  const layers = mode === 'full' ? recomputeValues(once, (id) => layerInputs.has(id) || bytesOf(graph, id) < smallBytes) : once;
  const kept = listLinear(layers.graph);
  if (mode === 'selective') for (const id of listKeys(graph)) kept.delete(id);
  const within = recomputeValues(layers, (id) => kept.has(id) || bytesOf(layers.graph, id) < smallBytes);
  return mergeCommonNodes(hideShapes(eliminateDeadNodes(within.graph), names.batchInputs));
}

/** The residual stream and the outputs of linear layers. */
function listLinear(graph: Graph): Set<ValueId> {
  const kept = new Set<ValueId>();
  for (const node of graph.nodes) {
    for (const id of node.outputs) if (node.opType === 'Gemm' || valueOf(graph, id).isResidual === true) kept.add(id);
  }
  return kept;
}

/** Attention's keys: what softmax reads a product of, on the right. With a LoRA factor they are the last of a chain of sums. */
function listKeys(graph: Graph): ValueId[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const keys: ValueId[] = [];
  for (const { opType, inputs } of graph.nodes) {
    const scores = opType === 'Softmax' ? producers.get(inputs[0] ?? -1) : undefined;
    if (scores?.opType !== 'FusedMatMul') continue;
    let id = scores.inputs[1] ?? null;
    for (let node = producers.get(id ?? -1); node?.opType === 'Reshape' || node?.opType === 'Gemm'; node = producers.get(id ?? -1)) {
      if (node.opType === 'Gemm') keys.push(...node.outputs);
      id = (node.opType === 'Gemm' ? node.inputs[2] : node.inputs[0]) ?? null;
    }
  }
  return keys;
}

function bytesOf(graph: Graph, id: ValueId): number {
  return bytesOfValue(valueOf(graph, id));
}

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
 * - selective: the backward pass keeps the residual stream and the outputs of linear layers; LayerNorm, GELU, attention
 *   and dropout masks are computed again.
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
  const kept = listKept(layers.graph);
  const within = recomputeValues(layers, (id) => kept.has(id) || bytesOf(layers.graph, id) < smallBytes);
  return mergeCommonNodes(hideShapes(eliminateDeadNodes(within.graph), names.batchInputs));
}

/** The residual stream and the outputs of linear layers. */
function listKept(graph: Graph): Set<ValueId> {
  const kept = new Set<ValueId>();
  for (const node of graph.nodes) {
    for (const id of node.outputs) if (node.opType === 'Gemm' || valueOf(graph, id).isResidual === true) kept.add(id);
  }
  return kept;
}

function bytesOf(graph: Graph, id: ValueId): number {
  return bytesOfValue(valueOf(graph, id));
}

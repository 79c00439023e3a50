import type { Precision } from '@eyegazer/core';
import type { Graph } from './graph.js';
import { lowerToHalf } from './lower-to-half.js';
import { quantiseProducts } from './quantise-products.js';

/** A float32 graph, computed in another precision. It comes after every other pass: they know float32 alone. */
export function lowerPrecision(graph: Graph, precision: Precision): Graph {
  switch (precision) {
    case 'fp32':
      return graph;
    case 'int8':
      return quantiseProducts(graph, 8);
    case 'int4':
      return quantiseProducts(graph, 4);
    case 'fp16':
      return lowerToHalf(graph);
    default:
      return precision satisfies never;
  }
}

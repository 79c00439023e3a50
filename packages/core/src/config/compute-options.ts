/** How a step is computed: the closed sets a config, a session and a device speak of. */

/** Number format of the frozen weights and of most arithmetic; what trains is float32 in all of them. */
export const precisions = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof precisions)[number];

/** What the backward pass computes again instead of keeping: nothing; LayerNorm, GELU and attention probabilities; whole layers. */
export const recomputeModes = ['none', 'selective', 'full'] as const;
export type RecomputeMode = (typeof recomputeModes)[number];

/** Kinds of device that a step runs on. */
export const deviceKinds = ['cpu', 'webgpu', 'cuda'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

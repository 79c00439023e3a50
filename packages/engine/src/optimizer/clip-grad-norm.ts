/**
 * Scales gradients in place so that their common L2 norm is at most `maxNorm`, as torch.nn.utils.clip_grad_norm_ does.
 * @returns the norm before clipping; not finite when a gradient is not
 */
export function clipGradNorm(grads: ReadonlyMap<string, Float32Array>, maxNorm: number): number {
  let squares = 0;
  for (const grad of grads.values()) for (const value of grad) squares += value * value;
  const norm = Math.sqrt(squares);
  const factor = maxNorm / (norm + 1e-6);
  if (factor < 1) {
    for (const grad of grads.values()) for (let i = 0; i < grad.length; i++) grad[i] = grad[i]! * factor;
  }
  return norm;
}

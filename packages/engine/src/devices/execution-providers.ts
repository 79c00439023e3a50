import { deviceKindOf, type DeviceId } from '@eyegazer/core';
import type { InferenceSession } from 'onnxruntime-node';

/** ONNX Runtime's name and settings for a device. What a provider has no kernel for would run on the CPU, beside it. */
export function executionProvidersOf(device: DeviceId): InferenceSession.ExecutionProviderConfig[] {
  if (deviceKindOf(device) !== 'cuda') return [device];
  settleCuda();
  return [{ name: 'cuda', deviceId: Number(device.slice('cuda:'.length)) }];
}

/**
 * CUDA reads its environment once, with the first session of a process, and onnxruntime-node passes none of this on:
 * products keep float32's 24 bits, where TF32 would round their operands to 11, and GPUs count as nvidia-smi does.
 */
function settleCuda(): void {
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  process.env['CUDA_DEVICE_ORDER'] ??= 'PCI_BUS_ID';
}

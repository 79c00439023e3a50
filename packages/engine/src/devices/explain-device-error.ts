import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError, deviceKindOf, type DeviceId } from '@eyegazer/core';

/** What ONNX Runtime says when it cannot use a device, as what is missing and how to get it. */
export function explainDeviceError(device: DeviceId, error: unknown): AppError {
  const said = error instanceof Error ? error.message : String(error);
  if (/failed to allocate memory|out of (device )?memory/i.test(said)) {
    return new AppError('OUT_OF_MEMORY', `${device}: its memory does not hold the model. Free some, or set a smaller training.microBatch, and retry.`, { cause: error, details: { said } });
  }
  return new AppError('UNSUPPORTED', `${device}: ${reasonOf(device, said) ?? firstLine(said)}`, { cause: error, details: { said } });
}

function reasonOf(device: DeviceId, text: string): string | null {
  switch (deviceKindOf(device)) {
    case 'cpu':
      return null;
    case 'cuda': {
      if (process.platform !== 'linux' || process.arch !== 'x64') return 'the CUDA provider is made for Linux on x64 only; use webgpu.';
      if (!hasCudaProvider()) return 'the CUDA provider is not installed; run `npm run install-cuda`.';
      const library = /(lib[\w.-]+\.so[\w.]*): cannot open shared object file/.exec(text)?.[1];
      return library === undefined ? null : `the library ${library} is missing; install CUDA 12 and cuDNN 9, or use the image of the cuda worker.`;
    }
    case 'webgpu':
      if (/requires f16/.test(text)) return 'this GPU computes no float16 in WebGPU (it lacks shader-f16); choose training.precision fp32 or int8.';
      if (!/No supported adapters/.test(text)) return null;
      return process.platform === 'linux'
        ? "no GPU was found that Vulkan can use; it takes Vulkan's loader and the GPU's driver (Debian and Ubuntu: apt install libvulkan1 mesa-vulkan-drivers, or NVIDIA's own driver)."
        : 'no GPU was found that WebGPU can use.';
  }
}

/** Whether the provider's library lies where ONNX Runtime looks for it. */
function hasCudaProvider(): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return existsSync(join(dirname(entry), '../bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so'));
}

/** Of a native error, without the C++ signature it may begin with. */
function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.replace(/^.*was false\. /, '') ?? '';
}

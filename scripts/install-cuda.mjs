/**
 * `npm run install-cuda`: fetches ONNX Runtime's CUDA provider, which is no part of its npm package, by ONNX Runtime's own script
 * from NuGet, at the version of the package. Linux on x64 only. CUDA 12 and cuDNN 9 are to be installed beside it.
 */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { install } from './install.mjs';
import { endInWords, root, run } from './run.mjs';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  endInWords(new Error(`The CUDA provider is made for Linux on x64 only, this is ${process.platform} on ${process.arch}. WebGPU needs no installation: EYEGAZER_DEVICE=webgpu.`));
}
await install().catch(endInWords);

const folder = join(dirname(createRequire(`${root}packages/engine/package.json`).resolve('onnxruntime-node')), '..');
const provider = join(folder, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');
if (existsSync(provider)) {
  console.log('The CUDA provider is installed already.');
} else {
  console.log('Fetching the CUDA provider from nuget.org, some hundreds of megabytes ...');
  // By name, `=cuda12`, version 1.30.0 of the script overlooks it; all that there is for Linux on x64 is CUDA 12.
  const code = await run(process.execPath, [join(folder, 'script/install.js')], { env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' } });
  if (code !== 0 || !existsSync(provider)) {
    endInWords(new Error(`ONNX Runtime's install script ended with code ${code}; its message is above. It needs a way to https://api.nuget.org (behind a proxy: GLOBAL_AGENT_HTTPS_PROXY).`));
  }
  console.log('The CUDA provider is installed.');
}
console.log('`npm run doctor` tells whether a GPU answers: it takes NVIDIA\'s driver, CUDA 12 and cuDNN 9 (Debian and Ubuntu, from NVIDIA\'s repository: apt install cuda-runtime-12-9 libcudnn9-cuda-12).');

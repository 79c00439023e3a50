/**
 * The golden step and a few training steps on devices beside the CPU. WebGPU runs everywhere on SwiftShader, which Debian's chromium
 * carries; EYEGAZER_TEST_DEVICES=webgpu,cuda:0 adds the real ones of a machine that has them.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDeviceId, type DeviceId } from '@eyegazer/core';
import { assertClose } from '../../close.js';
import { needs } from '../../needs.js';
import { softwareVulkan } from '../../software-vulkan.js';
import type { DeviceRun } from './device-run.js';
import { flatten, golden } from './golden.js';

const named = process.env['EYEGAZER_TEST_DEVICES'];
const cases: { title: string; device: DeviceId; env: Record<string, string> }[] = [
  { title: 'WebGPU on SwiftShader', device: 'webgpu', env: softwareVulkan.env },
  ...(named ? named.split(',') : []).map(parseDeviceId).map((device) => ({ title: device, device, env: {} })),
];

for (const { title, device, env } of cases) {
  describe(`a step of PyTorch on ${title}`, function () {
    this.timeout(300_000);
    let run: DeviceRun;

    before(async function () {
      needs(this, env !== softwareVulkan.env || existsSync(softwareVulkan.driver), "SwiftShader (Debian: apt install chromium)");
      run = await runDevice(device, env);
    });

    it('gives loss, logits, every gradient and every parameter of three AdamW steps', () => {
      assert.equal(run.steps.length, golden.steps.length);
      for (const [i, { output, parametersAfter }] of run.steps.entries()) {
        const expected = golden.steps[i]!;
        assertClose([output.loss], [expected.loss], { rtol: 0, atol: 1e-5 }, `loss of step ${i}`);
        assertClose(output.logits, flatten(expected.logits), { rtol: 0, atol: 1e-5 }, `logits of step ${i}`);
        assert.deepEqual([...output.grads.keys()].sort(), Object.keys(expected.grads).sort());
        for (const [name, grad] of output.grads) assertClose(grad, flatten(expected.grads[name]!), { rtol: 1e-4, atol: 1e-6 }, `gradient of ${name} in step ${i}`);
        for (const [name, values] of parametersAfter) assertClose(values, flatten(expected.params_after[name]!), { rtol: 0, atol: 1e-5 }, `${name} after step ${i}`);
      }
    });

    it('gives the logits of the trained adapter', () => {
      assertClose(run.logits, flatten(golden.logits_after_3_steps), { rtol: 0, atol: 1e-5 }, 'logits');
    });

    it('passes the self-test that workers run', () => {
      assert.ok(run.selfTestError > 0 && run.selfTestError < 1e-5, String(run.selfTestError));
    });

    if (device === 'webgpu') {
      it('runs every node of the step there, none on the CPU beside it', () => {
        assert.match(run.refusals.traced ?? '', /CPU EP/);
        assert.equal(run.refusals.split, null);
      });
    }

    it('computes with frozen weights in 8 and 4 bits as the CPU does, but for how each rounds the other side', () => {
      for (const precision of ['int8', 'int4'] as const) {
        const outcome = run.precisions[precision];
        assert.ok('distance' in outcome && outcome.distance < 0.15, `${precision}: ${JSON.stringify(outcome)}`);
      }
    });

    it('computes in float16 near float32, or says that it cannot', () => {
      const { fp16 } = run.precisions;
      if ('distance' in fp16) assert.ok(fp16.distance < 5e-3, String(fp16.distance));
      else assert.match(fp16.refusal, /^UNSUPPORTED .*computes no float16.*choose training.precision fp32 or int8/);
    });

    it('trains as the CPU does, every module adapted, with dropout and partial micro-batches', () => {
      assert.equal(run.losses.cpu.length, 4);
      assertClose(run.losses.device, run.losses.cpu, { rtol: 1e-4, atol: 1e-5 }, 'losses');
      assert.ok(run.losses.cpu.every((loss, i) => i === 0 || loss !== run.losses.cpu[i - 1]), 'it trains at all');
    });
  });
}

function runDevice(device: DeviceId, env: Record<string, string>): Promise<DeviceRun> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./device-run.ts', import.meta.url)), [device], {
      env: { ...process.env, ...env }, execArgv: ['--import', 'tsx/esm'], serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('message', (message) => resolve(message as DeviceRun));
    child.once('close', (code, signal) => reject(new Error(`The process on ${device} ended with ${signal ?? code}:\n${output}`)));
  });
}

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { printDoctor, type DoctorReport } from '@eyegazer/worker';

const entry = fileURLToPath(new URL('../../../apps/worker/dist/doctor-main.js', import.meta.url));

describe('npm run doctor', function () {
  this.timeout(300_000);
  let report: DoctorReport;

  before(async () => {
    // A failure would be an exit code, which rejects.
    const { stdout } = await promisify(execFile)(process.execPath, [entry, '--json']);
    report = JSON.parse(stdout) as DoctorReport;
  });

  it('names the machine and the versions of what computes', () => {
    assert.equal(report.versions.node, process.versions.node);
    assert.match(report.engine.onnxruntime, /^\d+\.\d+\.\d+$/);
    assert.match(report.engine.tfjs, /^\d+\.\d+\.\d+$/);
    assert.equal(report.engine.eagerBackends.at(-1), 'cpu');
    assert.ok(report.machine.cores >= 1 && report.machine.memoryBytes > 1e8);
  });

  it('tells of every kind of device what it computes and how fast, or why not', () => {
    assert.deepEqual([...new Set(report.devices.map(({ device }) => device.replace(/:\d+$/, '')))], ['cuda', 'webgpu', 'cpu']);
    for (const { device, failure, maxError, imagesPerSecond } of report.devices) {
      if (failure === null) assert.ok(maxError !== null && maxError < 1e-4 && imagesPerSecond !== null && imagesPerSecond > 0, device);
      else assert.ok(failure.length > 10, device);
    }
    assert.equal(report.devices.at(-1)?.failure, null);
  });

  it('says which one auto chooses: the fastest that passes', () => {
    const passing = report.devices.filter(({ failure }) => failure === null);
    const [best] = passing.toSorted((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0));
    assert.equal(report.auto?.device, best?.device);
  });

  it('reads as a page, with the way on where something is missing', () => {
    const page = printDoctor({
      ...report,
      devices: [
        { device: 'cuda:0', name: 'NVIDIA H200', failure: 'the CUDA provider is not installed; run `npm run install-cuda`.', maxError: null, halfPrecisionFailure: null, imagesPerSecond: null },
        { device: 'webgpu', name: 'AMD GPU (WebGPU)', failure: null, maxError: 7.3e-7, halfPrecisionFailure: 'the GPU or its driver has no float16 for WebGPU', imagesPerSecond: 123.45 },
      ],
      auto: { device: 'webgpu', why: 'it is the only device that passes the self-test', halfPrecision: false, failures: [] },
    });
    const lines = page.split('\n');
    assert.ok(lines.includes('  cuda:0  cannot be used') && lines.includes('          the CUDA provider is not installed; run `npm run install-cuda`.'), page);
    assert.ok(lines.includes('  webgpu  works: 123.5 images/s, self-test within 7.3e-7 of PyTorch'), page);
    assert.ok(lines.includes('          AMD GPU (WebGPU); float16: no, the GPU or its driver has no float16 for WebGPU'), page);
    assert.match(page, /A worker here trains on webgpu: it is the only device that passes the self-test\./);
    assert.ok(lines.every((line) => line.length <= 130), page);
    assert.match(printDoctor({ ...report, auto: null }), /No device can be used\./);
  });
});

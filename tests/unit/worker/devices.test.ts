import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type DeviceId } from '@eyegazer/core';
import {
  chooseAmong, chooseDevice, findGraphicsCard, listNvidiaGpus, offerDevice, probeDevice, surveyDevices,
  type Candidate, type DeviceDescription, type DeviceFinding, type ProbeAnswer, type ProbeOptions,
} from '@eyegazer/worker';
import { until } from '../../until.js';

const gib = 1024 ** 3;

describe('devices of a machine', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'eyegazer-devices-'))));
  afterEach(() => rm(folder, { recursive: true }));

  /** A program that prints a text in place of nvidia-smi. */
  async function writeProgram(text: string, exitCode = 0): Promise<string> {
    const path = join(folder, 'nvidia-smi');
    await writeFile(path, `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit ${exitCode}\n`);
    await chmod(path, 0o755);
    return path;
  }
  const twoGpus = [
    '0, GPU-6f0c4c2e-0000-1111-2222-333344445555, NVIDIA GeForce RTX 4090, 24564, 23028',
    '1, GPU-ab0c4c2e-0000-1111-2222-333344445555, NVIDIA H200, 143771, 143152',
  ].join('\n');

  it('are what nvidia-smi lists, in bytes', async () => {
    const gpus = await listNvidiaGpus({ command: await writeProgram(twoGpus), visible: null });
    assert.deepEqual(gpus[1], { index: 1, uuid: 'GPU-ab0c4c2e-0000-1111-2222-333344445555', name: 'NVIDIA H200', memoryTotalBytes: 143771 * 1024 ** 2, memoryFreeBytes: 143152 * 1024 ** 2 });
    assert.deepEqual(gpus.map(({ index, name }) => [index, name]), [[0, 'NVIDIA GeForce RTX 4090'], [1, 'NVIDIA H200']]);
  });

  it('count as CUDA counts those that CUDA_VISIBLE_DEVICES names', async () => {
    const command = await writeProgram(twoGpus);
    const names = async (visible: string): Promise<unknown[]> => (await listNvidiaGpus({ command, visible })).map(({ index, name }) => [index, name.slice(-4)]);
    assert.deepEqual(await names('1'), [[0, 'H200']]);
    assert.deepEqual(await names('1,0'), [[0, 'H200'], [1, '4090']]);
    assert.deepEqual(await names('GPU-ab0c'), [[0, 'H200']]);
    assert.deepEqual(await names('0,7,1'), [[0, '4090']]);
    assert.deepEqual(await names(''), []);
  });

  it('are none without nvidia-smi, when it fails, and where a line is not what it should be', async () => {
    assert.deepEqual(await listNvidiaGpus({ command: join(folder, 'missing'), visible: null }), []);
    assert.deepEqual(await listNvidiaGpus({ command: await writeProgram("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 9), visible: null }), []);
    const broken = ['0, GPU-1, [Unknown Error], [N/A], [N/A]', '1, NVIDIA H200, 1, 1', ' ', twoGpus].join('\n');
    assert.equal((await listNvidiaGpus({ command: await writeProgram(broken), visible: null })).length, 2);
  });

  it('have the name and the memory that Linux gives a graphics card', async () => {
    const device = join(folder, 'drm/renderD128/device');
    await mkdir(device, { recursive: true });
    const find = () => findGraphicsCard({ drmFolder: join(folder, 'drm'), nvidiaSmi: join(folder, 'missing'), platform: 'linux' });
    await writeFile(join(device, 'vendor'), '0x8086\n');
    assert.deepEqual(await find(), { name: 'Intel GPU', memory: null });
    await writeFile(join(device, 'vendor'), '0x1002\n');
    await writeFile(join(device, 'mem_info_vram_total'), `${16 * gib}\n`);
    await writeFile(join(device, 'mem_info_vram_used'), `${gib}\n`);
    assert.deepEqual(await find(), { name: 'AMD GPU', memory: { totalBytes: 16 * gib, freeBytes: 15 * gib } });
    assert.deepEqual(await findGraphicsCard({ drmFolder: join(folder, 'none'), nvidiaSmi: join(folder, 'missing'), platform: 'linux' }), null);
  });

  it('report what is free as it was seen last, and look again without anybody waiting', async () => {
    let answer: (description: DeviceDescription) => void = () => undefined;
    let asked = 0;
    const description = (memoryFreeBytes: number): DeviceDescription => ({ key: 'cpu', name: 'CPU', memoryTotalBytes: 8 * gib, memoryFreeBytes });
    const device = await offerDevice({ device: 'cpu', halfPrecision: false }, () => (asked++ === 0 ? Promise.resolve(description(4 * gib)) : new Promise((resolve) => (answer = resolve))));
    assert.deepEqual(device.report('machine'), { deviceKey: 'machine:cpu', kind: 'cpu', name: 'CPU', memoryTotalBytes: 8 * gib, memoryFreeBytes: 4 * gib });
    device.refresh();
    device.refresh();
    assert.equal(asked, 2);
    assert.equal(device.report('machine').memoryFreeBytes, 4 * gib);
    answer(description(gib));
    await until(async () => device.report('machine').memoryFreeBytes === gib);
  });
});

describe('the choice of a device', () => {
  const candidate = (device: DeviceId, absence: string | null = null): Candidate => ({ device, absence });
  const finding = (device: DeviceId, changes: Partial<DeviceFinding> = {}): DeviceFinding => ({ device, failure: null, maxError: 1e-6, halfPrecisionFailure: null, imagesPerSecond: null, ...changes });

  /** Answers by device: images a second, or the reason of a failure. */
  function fakeProbe(answers: Partial<Record<DeviceId, number | string>>): { probe: (options: ProbeOptions) => Promise<ProbeAnswer>; asked: string[] } {
    const asked: string[] = [];
    return {
      asked,
      probe: async ({ device, task }) => {
        asked.push(`${task} of ${device}`);
        const answer = answers[device];
        if (typeof answer !== 'number') return { kind: 'failed', reason: `${device}: ${answer}` };
        return task === 'self-test' ? { kind: 'self-test', maxError: 1e-6, halfPrecisionFailure: null } : { kind: 'speed', imagesPerSecond: answer };
      },
    };
  }

  it('is the fastest that passes, whatever its kind', async () => {
    const { probe } = fakeProbe({ 'cuda:0': 'no driver', webgpu: 3.1, cpu: 61 });
    const findings = await surveyDevices({ candidates: [candidate('cuda:0'), candidate('webgpu'), candidate('cpu')], probe });
    assert.deepEqual(findings[0], finding('cuda:0', { failure: 'no driver', maxError: null, halfPrecisionFailure: 'no driver' }));
    const { device, why, failures } = chooseAmong(findings);
    assert.equal(device, 'cpu');
    assert.equal(why, 'it is the fastest that passes the self-test: 61.0 images/s, webgpu 3.1');
    assert.deepEqual(failures, ['cuda:0 cannot be used: no driver.']);
    assert.equal(chooseAmong([finding('cuda:0', { imagesPerSecond: 700 }), finding('cuda:1', { imagesPerSecond: 900 }), finding('cpu', { imagesPerSecond: 60 })]).device, 'cuda:1');
  });

  it('measures nothing where there is none, and tries nothing that cannot be there', async () => {
    const { probe, asked } = fakeProbe({ cpu: 61 });
    const findings = await surveyDevices({ candidates: [candidate('cuda:0', 'no GPU'), candidate('webgpu', 'no GPU'), candidate('cpu')], probe });
    assert.deepEqual(asked, ['self-test of cpu']);
    assert.deepEqual(chooseAmong(findings), { device: 'cpu', halfPrecision: true, why: 'it is the only device that passes the self-test', failures: ['cuda:0 cannot be used: no GPU.', 'webgpu cannot be used: no GPU.'] });
  });

  it('passes over a device that fails only when it is measured', async () => {
    const probe = async ({ device, task }: ProbeOptions): Promise<ProbeAnswer> => {
      if (task === 'self-test') return { kind: 'self-test', maxError: 0, halfPrecisionFailure: 'none here' };
      return device === 'webgpu' ? { kind: 'failed', reason: 'webgpu: out of memory' } : { kind: 'speed', imagesPerSecond: 1 };
    };
    assert.equal(chooseAmong(await surveyDevices({ candidates: [candidate('webgpu'), candidate('cpu')], probe })).device, 'cpu');
  });

  it('is the one a person asks for, or none at all, with the reason', async () => {
    const { probe, asked } = fakeProbe({ webgpu: 3, 'cuda:1': 'the CUDA provider is not installed; run `npm run install-cuda`.' });
    assert.equal((await chooseDevice({ wish: 'webgpu', probe })).device, 'webgpu');
    assert.deepEqual(asked, ['self-test of webgpu']);
    await assert.rejects(chooseDevice({ wish: 'cuda:1', probe }), (error) => error instanceof AppError && error.code === 'UNSUPPORTED' && error.message.includes('cuda:1 cannot be used: the CUDA provider is not installed; run `npm run install-cuda`.'));
    assert.throws(() => chooseAmong([finding('cpu', { failure: 'its values are wrong' })]), /No device of this machine passes the self-test. cpu cannot be used: its values are wrong\./);
  });
});

describe('a probe of a device', function () {
  this.timeout(60_000);
  const entry = fileURLToPath(new URL('./fixtures/odd-probe.mjs', import.meta.url));

  it('finds the CPU to compute what PyTorch does', async () => {
    const answer = await probeDevice({ device: 'cpu', task: 'self-test' });
    assert.ok(answer.kind === 'self-test' && answer.maxError > 0 && answer.maxError < 1e-5, JSON.stringify(answer));
  });

  it('measures a training step', async () => {
    const answer = await probeDevice({ device: 'cpu', task: 'speed', threads: 1 });
    assert.ok(answer.kind === 'speed' && answer.imagesPerSecond > 0, JSON.stringify(answer));
  });

  it('says what is missing for a device that is not there', async () => {
    const answer = await probeDevice({ device: 'cuda:99', task: 'self-test' });
    assert.ok(answer.kind === 'failed' && answer.reason.startsWith('cuda:99: '), JSON.stringify(answer));
  });

  it('survives a driver that crashes, with what it said last, and one that never answers', async () => {
    const crash = await probeDevice({ device: 'webgpu', task: 'self-test', entry });
    assert.deepEqual(crash, { kind: 'failed', reason: 'webgpu: the self-test was ended by SIGSEGV, a crash of native code: a driver says something' });
    const hang = await probeDevice({ device: 'webgpu', task: 'speed', entry, longestMs: 500 });
    assert.deepEqual(hang, { kind: 'failed', reason: 'webgpu: the measurement of its speed did not answer within 0.5 s' });
  });

  it('does not wait for what a driver has left behind', async () => {
    const answer = await probeDevice({ device: 'cuda:7', task: 'speed', entry, longestMs: 3000 });
    const [, helper] = /^cuda:7: the measurement of its speed did not answer within 3 s: (\d+)$/.exec(answer.kind === 'failed' ? answer.reason : '') ?? [];
    assert.ok(process.kill(Number(helper), 'SIGKILL'), JSON.stringify(answer));
  });
});

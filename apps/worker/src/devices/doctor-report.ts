import type { EngineDescription } from '@eyegazer/engine';
import type { DeviceChoice } from './choose-device.js';
import type { DeviceFinding } from './survey-devices.js';

/** What `npm run doctor` found; with `--json` it is printed as it is. */
export interface DoctorReport {
  machine: { system: string; cpu: string; cores: number; memoryBytes: number };
  versions: { eyegazer: string; node: string };
  engine: EngineDescription;
  /** What `imagesPerSecond` was measured with. */
  measuredStep: string;
  devices: ({ name: string } & DeviceFinding)[];
  /** What EYEGAZER_DEVICE=auto comes to; null when no device can be used. */
  auto: DeviceChoice | null;
}

/** The report as a page of text. */
export function printDoctor({ machine, versions, engine, measuredStep, devices, auto }: DoctorReport): string {
  const width = Math.max(...devices.map(({ device }) => device.length));
  const indent = ' '.repeat(width + 4);
  return [
    `machine    ${machine.system}`,
    `           ${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, ${(machine.memoryBytes / 1e9).toFixed(1)} GB`,
    `versions   Eyegazer ${versions.eyegazer}, Node ${versions.node}, onnxruntime-node ${engine.onnxruntime}, tfjs ${engine.tfjs}`,
    `           eager engine: tfjs on ${engine.eagerBackends.join(', ')}`,
    '',
    ...devices.flatMap(({ device, name, failure, maxError, halfPrecisionFailure, imagesPerSecond }) => {
      const title = `  ${device.padEnd(width)}  `;
      if (failure !== null) return [`${title}cannot be used`, ...wrap(failure, 96).map((line) => indent + line)];
      return [`${title}works: ${(imagesPerSecond ?? 0).toFixed(1)} images/s, self-test within ${(maxError ?? 0).toExponential(1)} of PyTorch`, ...wrap(`${name}; float16: ${halfPrecisionFailure === null ? 'yes' : `no, ${halfPrecisionFailure}`}`, 96).map((line) => indent + line)];
    }),
    '',
    ...(auto === null
      ? ['No device can be used. What each of them says above is where to begin; `npm ci` brings back a broken installation.']
      : wrap(`A worker here trains on ${auto.device}: ${auto.why}. EYEGAZER_DEVICE=cpu, webgpu or cuda:<n> says otherwise.`, 100)),
    '',
    ...wrap(`images/s: ${measuredStep}. The self-test is one training step of a tiny model; its error is the largest difference over loss, outputs and gradients.`, 100),
    '`npm run install-cuda` brings the CUDA provider; docs/devices.md has the rest. `eyegazer doctor` looks at the server instead.',
  ].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

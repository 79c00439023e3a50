/** `npm run doctor`: what this machine can train on. Ends with 0 when at least one device can be used. `--json` for programs. */
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { AppError } from '@eyegazer/core';
import { describeEngine, measuredStep } from '@eyegazer/engine';
import { chooseAmong, type DeviceChoice } from './devices/choose-device.js';
import { describeDevice } from './devices/describe-device.js';
import { printDoctor, type DoctorReport } from './devices/doctor-report.js';
import { listCandidates } from './devices/list-candidates.js';
import { surveyDevices } from './devices/survey-devices.js';

const isJson = process.argv.includes('--json');
if (!isJson) console.log('Testing and measuring every device; a minute at most, where drivers answer ...\n');

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const candidates = (await listCandidates()).map((candidate) => (candidate.device === 'webgpu' ? { ...candidate, absence: null } : candidate));
const findings = await surveyDevices({ candidates, measureAll: true });
const devices = await Promise.all(findings.map(async (finding) => ({ ...finding, name: (await describeDevice(finding.device)).name })));
const report: DoctorReport = {
  machine: { system: `${platform()} ${release()} ${arch()}`, cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
  versions: { eyegazer: version, node: process.versions.node },
  engine: describeEngine(),
  measuredStep,
  devices,
  auto: choose(),
};
console.log(isJson ? JSON.stringify(report, null, 2) : printDoctor(report));
process.exit(report.auto === null ? 1 : 0);

function choose(): DeviceChoice | null {
  try {
    return chooseAmong(findings);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

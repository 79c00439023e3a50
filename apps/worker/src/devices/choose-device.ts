import { AppError, type DeviceId } from '@eyegazer/core';
import { listCandidates } from './list-candidates.js';
import { surveyDevices, type DeviceFinding, type SurveyOptions } from './survey-devices.js';

export type DeviceWish = 'auto' | DeviceId;

export interface DeviceChoice {
  device: DeviceId;
  /** Goes on where "cpu: " begins; without a full stop. */
  why: string;
  /** Whether it trains in float16. */
  halfPrecision: boolean;
  /** Of each device that cannot be used, a sentence that says why. */
  failures: string[];
}

/**
 * The device that a worker offers: the one wished for, if it passes the self-test, or the best that does.
 * @throws AppError UNSUPPORTED when the one wished for does not pass, or none does
 */
export async function chooseDevice({ wish, ...options }: { wish: DeviceWish } & Omit<SurveyOptions, 'candidates'>): Promise<DeviceChoice> {
  if (wish === 'auto') return chooseAmong(await surveyDevices({ ...options, candidates: await listCandidates() }));
  const [finding] = await surveyDevices({ ...options, candidates: [{ device: wish, absence: null }] });
  if (finding?.failure !== null) {
    throw new AppError('UNSUPPORTED', `EYEGAZER_DEVICE: ${wish} cannot be used: ${withStop(finding?.failure ?? 'it was not tried')} \`npm run doctor\` shows what this machine has.`, { path: 'EYEGAZER_DEVICE' });
  }
  return { device: wish, why: 'EYEGAZER_DEVICE says so, and it passes the self-test', halfPrecision: finding.halfPrecisionFailure === null, failures: [] };
}

/**
 * The best of what was found: the fastest of those that pass the self-test, by a real training step. That needs no guess at what
 * answers to WebGPU: a software driver is a slow device.
 * @throws AppError UNSUPPORTED when none passes
 */
export function chooseAmong(findings: readonly DeviceFinding[]): DeviceChoice {
  const passing = findings.filter(({ failure }) => failure === null).toSorted((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0));
  const failures = findings.flatMap(({ device, failure }) => (failure === null ? [] : [`${device} cannot be used: ${withStop(failure)}`]));
  const [best, ...slower] = passing;
  if (best === undefined) throw new AppError('UNSUPPORTED', `No device of this machine passes the self-test. ${failures.join(' ')}`);
  const choice = { device: best.device, halfPrecision: best.halfPrecisionFailure === null, failures };
  if (slower.length === 0) return { ...choice, why: 'it is the only device that passes the self-test' };
  const others = slower.map(({ device, imagesPerSecond }) => `${device} ${formatSpeed(imagesPerSecond)}`).join(', ');
  return { ...choice, why: `it is the fastest that passes the self-test: ${formatSpeed(best.imagesPerSecond)} images/s, ${others}` };
}

function formatSpeed(imagesPerSecond: number | null): string {
  return (imagesPerSecond ?? 0).toFixed(1);
}

function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

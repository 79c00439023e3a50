import type { DeviceId } from '@eyegazer/core';
import type { Candidate } from './list-candidates.js';
import { probeDevice, type ProbeAnswer, type ProbeOptions } from './probe-device.js';

/** What is known of one device. */
export interface DeviceFinding {
  device: DeviceId;
  /** Why it cannot be used; null when it passes the self-test. */
  failure: string | null;
  /** The largest difference from PyTorch's values in the self-test; null before it passes. */
  maxError: number | null;
  /** Why it cannot train in float16, or null when it can. */
  halfPrecisionFailure: string | null;
  /** Null where it was not measured. */
  imagesPerSecond: number | null;
}

export interface SurveyOptions {
  candidates: readonly Candidate[];
  /** Every device that passes is measured, not only those there is a choice between. */
  measureAll?: boolean;
  threads?: number | undefined;
  probe?: (options: ProbeOptions) => Promise<ProbeAnswer>;
}

/** Has every candidate tested, one after the other, and those that pass measured: one at a time, or they would slow each other. */
export async function surveyDevices({ candidates, measureAll = false, threads, probe = probeDevice }: SurveyOptions): Promise<DeviceFinding[]> {
  const findings: DeviceFinding[] = [];
  for (const { device, absence } of candidates) {
    const answer = absence === null ? await probe({ device, task: 'self-test', threads }) : ({ kind: 'failed', reason: absence } as const);
    const { maxError, halfPrecisionFailure } = answer.kind === 'self-test' ? answer : { maxError: null, halfPrecisionFailure: failureOf(device, answer) };
    findings.push({ device, failure: failureOf(device, answer), maxError, halfPrecisionFailure, imagesPerSecond: null });
  }
  const passing = findings.filter(({ failure }) => failure === null);
  if (passing.length < 2 && !measureAll) return findings;
  for (const finding of passing) {
    const answer = await probe({ device: finding.device, task: 'speed', threads });
    finding.failure = failureOf(finding.device, answer);
    if (answer.kind === 'speed') finding.imagesPerSecond = answer.imagesPerSecond;
  }
  return findings;
}

/** The reason without the device's name before it, which the finding has. */
function failureOf(device: DeviceId, answer: ProbeAnswer): string | null {
  if (answer.kind !== 'failed') return null;
  const prefix = `${device}: `;
  return answer.reason.startsWith(prefix) ? answer.reason.slice(prefix.length) : answer.reason;
}

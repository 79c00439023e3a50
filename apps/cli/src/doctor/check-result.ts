/** What one check of `eyegazer doctor` found. */
export interface CheckResult {
  name: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do about it. */
  fix?: string;
}

export function ok(name: string, message: string): CheckResult {
  return { name, level: 'ok', message };
}

export function warn(name: string, message: string, fix: string): CheckResult {
  return { name, level: 'warn', message, fix };
}

export function fail(name: string, message: string, fix: string): CheckResult {
  return { name, level: 'fail', message, fix };
}

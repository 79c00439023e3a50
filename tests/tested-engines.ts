import { eagerBackends, isEagerBackendInstalled, type SessionOptions } from '@eyegazer/engine';

export interface TestedEngine {
  title: string;
  /** To be spread into session options. */
  options: Pick<SessionOptions, 'engine' | 'eagerBackend'>;
  isInstalled: boolean;
}

/** The traced engine, and the eager one on every backend. */
export const testedEngines: readonly TestedEngine[] = [
  { title: 'traced engine', options: { engine: 'traced' }, isInstalled: true },
  ...eagerBackends.map((eagerBackend): TestedEngine => ({ title: `eager engine on ${eagerBackend}`, options: { engine: 'eager', eagerBackend }, isInstalled: isEagerBackendInstalled(eagerBackend) })),
];

/** For a `before` hook: skips, loudly, what an optional package would bring; nobody has to install it. */
export function needsEngine(context: Mocha.Context, { title, isInstalled }: TestedEngine): void {
  if (isInstalled) return;
  console.warn(`\n  SKIPPED ${title}: its optional package is not installed.\n`);
  context.skip();
}

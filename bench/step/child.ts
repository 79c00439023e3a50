import { measureStep } from './measure-step.js';
import { findCases } from './step-cases.js';

const [name = '', threads] = process.argv.slice(2);
for (const stepCase of findCases([name])) process.send?.(await measureStep(stepCase, Number(threads)));

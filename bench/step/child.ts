import { measureStep } from './measure-step.js';
import { stepCases } from './step-cases.js';

const [name, threads] = process.argv.slice(2);
const stepCase = stepCases.find((each) => each.name === name);
if (stepCase === undefined) throw new Error(`Expected one of ${stepCases.map((each) => each.name).join(', ')}, got ${name}.`);
process.send?.(await measureStep(stepCase, Number(threads)));

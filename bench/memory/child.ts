/** One measurement in a process of its own: `[kind, folder of the model, cases as JSON]`. */
import { loadBaseModel } from '@eyegazer/formats';
import { measureGrowth } from './measure-growth.js';
import { measureTimes } from './measure-times.js';
import { sessionOptions, type MemoryCase } from './memory-cases.js';

const [kind, folder = '', json = '[]'] = process.argv.slice(2);
const cases = JSON.parse(json) as MemoryCase[];
const model = await loadBaseModel(folder);
if (kind === 'times') process.send?.(await measureTimes(cases.map((each) => sessionOptions(model, each))));
else for (const each of cases) process.send?.(await measureGrowth(sessionOptions(model, each)));

import type { Handler } from '../http/route.js';

/** Makes the demo's dataset and model and, once both are there, its experiment. Pressing it again makes nothing twice. */
export const startDemo: Handler<'startDemo'> = async (api) => ({ status: 202, body: await api.demo.start() });

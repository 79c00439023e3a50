export { createAgent, type Agent, type AgentOptions } from './agent/create-agent.js';
export { parseWorkerEnv, type WorkerEnv } from './worker-env.js';

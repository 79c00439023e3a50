// A process of its own that consumes. Argument: JSON {mode, workerId, options}.
//   hold: takes a job and never ends it
//   once: publishes a job, takes it, closes everything; the process then ends if nothing is left open
import { createQueues } from '@eyegazer/platform';

const { mode, workerId, options } = JSON.parse(process.argv[2]);
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {}, child: () => log };

try {
  const queues = await createQueues({ ...options, log });
  const taken = new Promise((resolve) => {
    void queues.consume(workerId, {
      concurrency: 1,
      handler: async ({ attemptId }) => {
        process.send({ taken: attemptId });
        if (mode === 'hold') await new Promise(() => undefined);
        resolve();
      },
    });
  });
  if (mode === 'once') {
    await queues.publish(workerId, { attemptId: 'once', priority: 0 });
    await taken;
    await queues.close();
    process.send({ closed: true });
  }
} catch (error) {
  process.send({ refused: `${error.code}: ${error.message}` });
}

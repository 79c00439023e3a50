import type { Logger } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';
import { Counter, Gauge, type Registry } from 'prom-client';
import { withinTime } from '../services/within-time.js';

/** A scrape ends before Prometheus gives it up, which it does after 10 s. */
const longestReadMs = 3000;

export interface StatisticsSource {
  platform: Pick<Platform, 'statistics' | 'queues'>;
  log: Logger;
}

/**
 * Makes the numbers that come from the database and the queue, and the function that reads them anew. While one of them
 * does not answer, its numbers are left out and `eyegazer_up` is 0: an old number would be a lie.
 */
export function createStatisticsReader(registry: Registry, { platform, log }: StatisticsSource): () => Promise<void> {
  const up = new Gauge({ name: 'eyegazer_up', help: 'Whether a server that this process needs has answered this scrape.', labelNames: ['dependency'] as const, registers: [registry] });
  const statistics = createStatisticsGauges(registry);
  const depth = new Gauge({ name: 'eyegazer_queue_jobs_waiting', help: 'Jobs that are published and that no worker has taken yet.', registers: [registry] });

  async function readFrom(dependency: string, fill: () => Promise<void>, clear: () => void): Promise<void> {
    try {
      await fill();
      up.set({ dependency }, 1);
    } catch (error) {
      clear();
      up.set({ dependency }, 0);
      log.warn({ dependency, error: String(error) }, 'The metrics leave out what does not answer');
    }
  }

  return async () => {
    await Promise.all([
      readFrom('database', () => statistics.fill(platform), () => statistics.clear()),
      readFrom('queue', async () => depth.set(await withinTime(platform.queues.depth(), longestReadMs)), () => depth.remove()),
    ]);
  };
}

/** The numbers of the database. */
function createStatisticsGauges(registry: Registry): { fill(platform: StatisticsSource['platform']): Promise<void>; clear(): void } {
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> => new Gauge({ name: `eyegazer_${name}`, help, labelNames, registers });
  const experiments = gauge('experiments', 'Experiments by state, the bin left out; state="queued" is the depth of the queue.', ['state']);
  const attempts = gauge('attempts', 'Attempts that have not ended, by state.', ['state']);
  const leases = gauge('leases', 'Devices that are given to an attempt, by the state of that attempt; ended ones wait for their worker to say that nothing runs there.', ['state']);
  const devices = gauge('devices', 'Devices of workers that have not stopped, by kind: free, taken, or lost with a silent worker.', ['kind', 'state']);
  const workers = gauge('workers', 'Workers by state.', ['state']);
  const outbox = gauge('outbox_waiting', 'Attempts that are placed and that the queue has not been told of yet.', []);
  const pace = {
    stepSeconds: gauge('step_seconds', 'Computing time of the newest update of a running attempt, the optimizer included.', ['hostname', 'device', 'kind']),
    dataWaitSeconds: gauge('data_wait_seconds', 'Time that the newest update of a running attempt waited for its images.', ['hostname', 'device', 'kind']),
    imagesPerSecond: gauge('images_per_second', 'Throughput of the newest update of a running attempt.', ['hostname', 'device', 'kind']),
  };
  const counter = (name: string, help: string): Counter<'hostname' | 'worker'> => new Counter({ name: `eyegazer_worker_${name}`, help, labelNames: ['hostname', 'worker'], registers });
  const eventLog = {
    appends: counter('event_appends_total', 'Batches that a worker has appended to the event log since it started.'),
    events: counter('events_written_total', 'Events that a worker has appended to the event log since it started.'),
    appendSeconds: counter('event_append_seconds_total', 'Time that a worker has spent on appending to the event log; divided by the appends, how long one takes.'),
    lagSeconds: counter('event_persist_lag_seconds_total', 'Sum over the appends of a worker, from the moment that the oldest event was written by its trainer until it was in the log.'),
  };

  function clear(): void {
    for (const metric of [experiments, attempts, leases, devices, workers, outbox, ...Object.values(pace), ...Object.values(eventLog)]) metric.reset();
    outbox.remove();
  }

  return {
    clear,
    async fill({ statistics }) {
      const work = Promise.all([statistics.read(), statistics.readPace(), statistics.readEventLogs()]);
      const [counts, running, written] = await withinTime(work, longestReadMs);
      clear();
      for (const [target, byState] of [[experiments, counts.experiments], [attempts, counts.attempts], [leases, counts.leases], [workers, counts.workers]] as const) {
        for (const [state, count] of Object.entries(byState)) target.set({ state }, count);
      }
      for (const { kind, state, count } of counts.devices) devices.set({ kind, state }, count);
      outbox.set(counts.unpublished);
      for (const { hostname, deviceKey: device, deviceKind: kind, values } of running) {
        for (const [name, target] of Object.entries(pace)) if (values[name] !== undefined) target.set({ hostname, device, kind }, values[name]);
      }
      for (const { workerId: worker, hostname, work: amounts } of written) {
        for (const [name, target] of Object.entries(eventLog)) target.inc({ hostname, worker }, amounts[name as keyof typeof amounts]);
      }
    },
  };
}

import { experimentStates, type ExperimentState, type QueueWire } from '@eyegazer/core';
import type { Database } from './open-database.js';
import type { EventLogWork } from './worker-repository.js';

export type DeviceState = 'free' | 'taken' | 'lost';
export type LeaseState = 'placed' | 'starting' | 'running' | 'ended';

/** What one running attempt measured last. */
export interface RunningPace {
  workerId: string;
  hostname: string;
  deviceKey: string;
  deviceKind: string;
  /** By name of the training series: of the newest update that is in the log. */
  values: Record<string, number>;
}

export interface WorkerEventLog {
  workerId: string;
  hostname: string;
  work: EventLogWork;
}

/** Counts of everything that lives, at one moment. */
export interface Statistics {
  /** Every state, the bin not counted. */
  experiments: Record<ExperimentState, number>;
  /** Attempts that have not ended. */
  attempts: Record<'placed' | 'starting' | 'running', number>;
  workers: Record<'alive' | 'lost' | 'stopped', number>;
  /**
   * Devices of workers that have not stopped. Lost: the worker is silent, or what holds the lease has ended without its
   * worker having said so.
   */
  devices: { kind: string; state: DeviceState; count: number }[];
  /** Leases by the state of the attempt that holds them; `ended` ones wait for their worker's word. */
  leases: Record<LeaseState, number>;
  /** Attempts that no queue has been told of. */
  unpublished: number;
}

/** Cheap enough to be asked every few seconds beside tens of thousands of experiments. */
export interface StatisticsRepository {
  read(): Promise<Statistics>;
  /** Of at most 500 running attempts. */
  readPace(): Promise<RunningPace[]>;
  /** Of living workers. */
  readEventLogs(): Promise<WorkerEventLog[]>;
  /** For GET /api/queue. */
  readQueue(): Promise<QueueWire>;
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> => Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
const mostRunning = 500;

export function createStatisticsRepository({ database }: { database: Database }): StatisticsRepository {
  const { prisma } = database;

  return {
    read: () =>
      database.transaction(
        async (tx) => {
          // The count by state never leaves its index; the few rows of the bin are counted apart and taken off.
          const experiments = await tx.$queryRaw<Row[]>`
            SELECT state AS key, count(*)::int AS count FROM experiment GROUP BY state
            UNION ALL SELECT state, -count(*)::int FROM experiment WHERE deleted_at IS NOT NULL GROUP BY state`;
          const attempts = await tx.$queryRaw<Row[]>`
            SELECT state AS key, count(*)::int AS count FROM attempt WHERE state IN ('placed', 'starting', 'running') GROUP BY state`;
          const workers = await tx.$queryRaw<Row[]>`SELECT state AS key, count(*)::int AS count FROM worker GROUP BY state`;
          const leases = await tx.$queryRaw<Row[]>`
            SELECT CASE WHEN attempt.state IN ('placed', 'starting', 'running') THEN attempt.state ELSE 'ended' END AS key, count(*)::int AS count
            FROM lease JOIN attempt ON attempt.id = lease.attempt_id GROUP BY 1`;
          const devices = await tx.$queryRaw<Statistics['devices']>`
            SELECT device.kind,
              CASE
                WHEN worker.state = 'lost' THEN 'lost'
                WHEN lease.device_key IS NULL THEN 'free'
                WHEN attempt.state IN ('placed', 'starting', 'running') THEN 'taken'
                ELSE 'lost'
              END AS state,
              count(*)::int AS count
            FROM device JOIN worker ON worker.id = device.worker_id
              LEFT JOIN lease ON lease.device_key = device.device_key LEFT JOIN attempt ON attempt.id = lease.attempt_id
            WHERE worker.state <> 'stopped' GROUP BY 1, 2 ORDER BY 1, 2`;
          const [outbox] = await tx.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM outbox WHERE published_at IS NULL`;
          return {
            experiments: sumUp(zeros(experimentStates), experiments),
            attempts: sumUp(zeros(['placed', 'starting', 'running']), attempts),
            workers: sumUp(zeros(['alive', 'lost', 'stopped']), workers),
            devices,
            leases: sumUp(zeros(['placed', 'starting', 'running', 'ended']), leases),
            unpublished: outbox?.count ?? 0,
          };
        },
        { snapshot: true },
      ),

    async readPace() {
      const rows = await prisma.$queryRaw<(Omit<RunningPace, 'values'> & Chunk)[]>`
        SELECT worker.id AS "workerId", worker.hostname, device.device_key AS "deviceKey", device.kind AS "deviceKind", chunk.names, chunk.updates, chunk.points
        FROM attempt
          JOIN worker ON worker.id = attempt.worker_id
          JOIN device ON device.device_key = attempt.device_key
          CROSS JOIN LATERAL (
            SELECT names, updates, points FROM metric_chunk
            WHERE experiment_id = attempt.experiment_id AND attempt = attempt.number
            ORDER BY last_update DESC LIMIT 1
          ) AS chunk
        WHERE attempt.state IN ('placed', 'starting', 'running')
        ORDER BY device.device_key LIMIT ${mostRunning}`;
      return rows.map(({ names, updates, points, ...where }) => ({
        ...where,
        values: Object.fromEntries(names.flatMap((name, i) => lastOf(points, i, updates.length).map((value) => [name, value]))),
      }));
    },

    readEventLogs: () =>
      prisma.$queryRaw<WorkerEventLog[]>`
        SELECT id AS "workerId", hostname, event_log AS work FROM worker WHERE state = 'alive' AND event_log IS NOT NULL ORDER BY id`,

    async readQueue() {
      const [row] = await prisma.$queryRaw<Omit<QueueWire, 'demand'>[]>`
        SELECT
          (SELECT count(*)::int FROM experiment WHERE state = 'queued') AS waiting,
          (SELECT count(*)::int FROM experiment WHERE state = 'placed') AS placed,
          (SELECT count(*)::int FROM experiment WHERE state = 'running') AS running,
          count(*)::int AS devices,
          (count(*) FILTER (WHERE lease.device_key IS NULL))::int AS "freeDevices"
        FROM device JOIN worker ON worker.id = device.worker_id LEFT JOIN lease ON lease.device_key = device.device_key
        WHERE worker.state = 'alive'`;
      const counts = row ?? { waiting: 0, placed: 0, running: 0, devices: 0, freeDevices: 0 };
      return { ...counts, demand: counts.waiting + counts.placed + counts.running };
    },
  };
}

interface Row {
  key: string;
  count: number;
}

interface Chunk {
  names: string[];
  updates: number[];
  points: number[];
}

function sumUp<K extends string>(counts: Record<K, number>, rows: Row[]): Record<K, number> {
  for (const { key, count } of rows) counts[key as K] += count;
  return counts;
}

/** The last point of the i-th series of a chunk. */
function lastOf(points: readonly number[], i: number, count: number): number[] {
  const value = points[(i + 1) * count - 1];
  return value === undefined ? [] : [value];
}

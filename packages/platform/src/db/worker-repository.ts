import { AppError, isLive, type AttemptState, type DeviceWire, type WorkerWire } from '@eyegazer/core';
import { admitWorker, confirmWorker } from './admit-worker.js';
import { Prisma } from './generated/client.js';
import { toIso } from './json.js';
import { giveUpAttempts } from './lifecycle.js';
import { newId } from './new-id.js';
import type { Database } from './open-database.js';
import type { Scope, Write } from './unit-of-work.js';

/** A worker that has not been heard for so long is lost. */
const silenceSeconds = 30;
/** An attempt that its worker has begun so long ago and does not know of is nobody's: the worker's clock alone counts. */
const unknownMs = 30_000;
/** A worker silent for so long will not come back to end what it runs: another one may take its devices over. */
const goneSeconds = 600;

export type DeviceReport = Omit<DeviceWire, 'running'>;

export interface WorkerRegistration {
  /** Stable id of the machine. */
  machineId: string;
  /** The worker's own folder: machine + home name a worker across restarts. */
  home: string;
  hostname: string;
  pid: number;
  version: string;
  devices: DeviceReport[];
  /** Its access token; asked for once people need tokens too. */
  token?: string | undefined;
}

/** Identity of one run of a worker; a newer run of the same worker fences off an older one. */
export interface WorkerIdentity {
  workerId: string;
  generation: number;
}

/** What a worker has appended to the event log since it started. */
export interface EventLogWork {
  appends: number;
  events: number;
  /** Spent on appending. */
  appendSeconds: number;
  /** Sum over the appends: from the moment that the oldest of its events was written by its trainer until it was in the log. */
  lagSeconds: number;
}

export interface Heartbeat extends WorkerIdentity {
  /** Left out, what was said last stands. */
  eventLog?: EventLogWork;
  devices: { deviceKey: string; memoryFreeBytes: number }[];
  /** Attempts that the worker has in hand: from before their claim until their end is written. */
  runningAttemptIds: string[];
}

/** What the worker must do, said with every heartbeat so that a lost notification does no harm. */
export interface HeartbeatAnswer {
  /** Of the running attempts: those to be ended, because a person cancelled them or because they are no longer live. */
  stop: { attemptId: string; reason: 'cancelled' | 'fenced' }[];
}

/** Workers and their devices. A worker silent for 30 s is lost: its attempts are ended and their experiments queued again. */
export interface WorkerRepository {
  /**
   * Announces a worker. One that restarts keeps its id; what its former run left is ended and queued again, its leases freed.
   * @throws AppError CONFLICT when a device is another living worker's, UNAUTHORIZED without the token that is asked for
   */
  register(registration: WorkerRegistration): Promise<WorkerIdentity>;
  /**
   * Every few seconds. A worker that was lost is alive again; leases of ended attempts that no process of it runs are freed.
   * A claim whose answer never arrived, or an end that could not be written, shows by an attempt that the worker does not
   * name: it is given up.
   * @throws AppError FENCED when a newer run of this worker has registered, NOT_FOUND, UNAUTHORIZED when its token works no more
   */
  heartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer>;
  /** Orderly end: what still runs is queued again, devices are free. Call it after every trainer has ended. */
  markStopped(identity: WorkerIdentity): Promise<void>;
  /** Fences off workers silent for longer than 30 s by the database's clock; answers their ids. Their leases stay until they are back. */
  markLost(): Promise<string[]>;
  /** Workers that are alive, lost, or stopped within the last day. */
  list(): Promise<WorkerWire[]>;
}

export function createWorkerRepository({ database: { prisma }, write }: { database: Database; write: Write }): WorkerRepository {
  return {
    register: (registration) =>
      write(async (scope) => {
        const tokenId = await admitWorker(scope.tx, registration.token);
        const identity = await upsertWorker(scope, registration, tokenId);
        const error = { code: 'WORKER_LOST' as const, message: `The worker on ${registration.hostname} was started again.` };
        await giveUpAttempts(scope, { workerId: identity.workerId, error });
        await scope.tx.lease.deleteMany({ where: { attempt: { workerId: identity.workerId } } });
        await takeDevices(scope, identity.workerId, registration.devices);
        scope.changes.addTopic('workers', identity.workerId);
        scope.changes.addWake();
        return identity;
      }),

    heartbeat: (heartbeat) =>
      write(async (scope) => {
        await confirmWorker(scope.tx, heartbeat.workerId);
        await renewHeartbeat(scope, heartbeat);
        const { workerId, devices, runningAttemptIds } = heartbeat;
        await scope.tx.$executeRaw`
          UPDATE device SET memory_free_bytes = report.free
          FROM unnest(${devices.map(({ deviceKey }) => deviceKey)}::text[], ${devices.map(({ memoryFreeBytes }) => memoryFreeBytes)}::bigint[]) AS report(key, free)
          WHERE device.device_key = report.key AND device.worker_id = ${workerId}`;
        const which = { id: { notIn: runningAttemptIds }, startedAt: { lt: new Date(Date.now() - unknownMs) } };
        await giveUpAttempts(scope, { workerId, error: { code: 'WORKER_LOST', message: 'The worker does not know of this attempt any more.' }, which });
        const freed = await scope.tx.lease.deleteMany({
          where: { attempt: { workerId, state: { notIn: ['placed', 'starting', 'running'] } }, attemptId: { notIn: runningAttemptIds } },
        });
        if (freed.count > 0) scope.changes.addWake();
        const running = await scope.tx.attempt.findMany({
          where: { id: { in: runningAttemptIds } },
          select: { id: true, state: true, experiment: { select: { cancelRequestedAt: true } } },
        });
        return {
          stop: running.flatMap<HeartbeatAnswer['stop'][number]>(({ id, state, experiment }) => {
            if (!isLive(state as AttemptState)) return [{ attemptId: id, reason: 'fenced' }];
            return experiment.cancelRequestedAt === null ? [] : [{ attemptId: id, reason: 'cancelled' }];
          }),
        };
      }),

    markStopped: ({ workerId, generation }) =>
      write(async (scope) => {
        const { count } = await scope.tx.worker.updateMany({ where: { id: workerId, generation }, data: { state: 'stopped' } });
        // A newer run has registered and has cleared up already.
        if (count === 0) return;
        await giveUpAttempts(scope, { workerId, error: { code: 'CANCELLED', message: 'The worker was stopped.' } });
        await scope.tx.lease.deleteMany({ where: { attempt: { workerId } } });
        scope.changes.addTopic('workers', workerId);
      }),

    async markLost() {
      const silent = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM worker WHERE state = 'alive' AND heartbeat_at < now() - make_interval(secs => ${silenceSeconds}) ORDER BY id`;
      const lost: string[] = [];
      for (const { id } of silent) if (await write((scope) => loseWorker(scope, id))) lost.push(id);
      return lost;
    },

    async list() {
      const rows = await prisma.worker.findMany({
        where: { OR: [{ state: { not: 'stopped' } }, { heartbeatAt: { gt: new Date(Date.now() - 86_400_000) } }] },
        include: { devices: { orderBy: { deviceKey: 'asc' } } },
        orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
      });
      const leases = await prisma.lease.findMany({
        where: { attempt: { state: { in: ['placed', 'starting', 'running'] } } },
        include: { attempt: { select: { experimentId: true, number: true, experiment: { select: { name: true } } } } },
      });
      const byDevice = new Map(leases.map(({ deviceKey, attempt }) => [deviceKey, { experimentId: attempt.experimentId, experimentName: attempt.experiment.name, attempt: attempt.number }]));
      return rows.map((row) => presentWorker(row, byDevice));
    },
  };
}

async function upsertWorker({ tx }: Scope, { machineId, home, hostname, pid, version }: WorkerRegistration, tokenId: string | null): Promise<WorkerIdentity> {
  const [row] = await tx.$queryRaw<WorkerIdentity[]>`
    INSERT INTO worker (id, machine_id, home, hostname, pid, version, token_id)
    VALUES (${newId()}, ${machineId}, ${home}, ${hostname}, ${pid}::int, ${version}, ${tokenId})
    ON CONFLICT (machine_id, home) DO UPDATE SET
      hostname = EXCLUDED.hostname, pid = EXCLUDED.pid, version = EXCLUDED.version, token_id = EXCLUDED.token_id, state = 'alive',
      generation = worker.generation + 1, started_at = now(), heartbeat_at = now()
    RETURNING id AS "workerId", generation`;
  if (!row) throw new AppError('INTERNAL', 'The worker could not be registered: the database answered no row.');
  return row;
}

/** Makes the devices this worker's. Leases that a worker which is gone has on them are freed. */
async function takeDevices({ tx }: Scope, workerId: string, devices: DeviceReport[]): Promise<void> {
  const keys = devices.map(({ deviceKey }) => deviceKey);
  const others = await tx.device.findMany({ where: { deviceKey: { in: keys }, workerId: { not: workerId }, worker: { state: 'alive' } }, include: { worker: true } });
  const other = others[0];
  if (other) {
    throw new AppError('CONFLICT', `The device ${other.deviceKey} is offered by another worker on ${other.worker.hostname} (process ${other.worker.pid}, ${other.worker.home}). Stop that one: one worker serves a machine.`);
  }
  await tx.device.deleteMany({ where: { workerId, deviceKey: { notIn: keys } } });
  for (const { deviceKey, ...report } of devices) {
    await tx.device.upsert({ where: { deviceKey }, create: { deviceKey, workerId, ...report }, update: { workerId, ...report } });
  }
  await tx.$executeRaw`
    DELETE FROM lease USING attempt, worker
    WHERE lease.attempt_id = attempt.id AND attempt.worker_id = worker.id AND lease.device_key = ANY(${keys})
      AND (worker.state = 'stopped' OR (worker.state = 'lost' AND worker.heartbeat_at < now() - make_interval(secs => ${goneSeconds})))`;
}

/** @throws AppError FENCED, NOT_FOUND */
async function renewHeartbeat({ tx, changes }: Scope, { workerId, generation, eventLog }: Heartbeat): Promise<void> {
  const worker = await tx.worker.findUnique({ where: { id: workerId }, select: { state: true, generation: true } });
  if (!worker) throw new AppError('NOT_FOUND', `There is no worker ${workerId}; register it.`);
  const { count } = await tx.worker.updateMany({ where: { id: workerId, generation, state: { not: 'stopped' } }, data: { state: 'alive' } });
  if (count === 0) throw new AppError('FENCED', `Another run of the worker ${workerId} has registered, or this one has been stopped (run ${worker.generation}, this is ${generation}); end this one.`);
  // By the database's clock, which is the one that silence is measured with.
  await tx.$executeRaw`UPDATE worker SET heartbeat_at = now(), event_log = COALESCE(${eventLog ? JSON.stringify(eventLog) : null}::jsonb, event_log) WHERE id = ${workerId}`;
  changes.addTopic('workers', workerId);
  if (worker.state === 'lost') changes.addWake();
}

async function loseWorker(scope: Scope, workerId: string): Promise<boolean> {
  const rows = await scope.tx.$queryRaw<{ hostname: string }[]>`
    UPDATE worker SET state = 'lost'
    WHERE id = ${workerId} AND state = 'alive' AND heartbeat_at < now() - make_interval(secs => ${silenceSeconds})
    RETURNING hostname`;
  const [worker] = rows;
  // It has been heard meanwhile.
  if (!worker) return false;
  await giveUpAttempts(scope, { workerId, error: { code: 'WORKER_LOST', message: `The worker on ${worker.hostname} has been silent for ${silenceSeconds} s.` } });
  scope.changes.addTopic('workers', workerId);
  return true;
}

function presentWorker(row: Prisma.WorkerGetPayload<{ include: { devices: true } }>, running: ReadonlyMap<string, NonNullable<DeviceWire['running']>>): WorkerWire {
  const { id, hostname, pid, version, state, startedAt, heartbeatAt, devices } = row;
  return {
    id,
    hostname,
    pid,
    version,
    state: state as WorkerWire['state'],
    startedAt: toIso(startedAt),
    heartbeatAt: toIso(heartbeatAt),
    devices: devices.map(({ deviceKey, kind, name, memoryTotalBytes, memoryFreeBytes }) => ({
      deviceKey,
      kind: kind as DeviceWire['kind'],
      name,
      memoryTotalBytes: Number(memoryTotalBytes),
      memoryFreeBytes: Number(memoryFreeBytes),
      running: running.get(deviceKey) ?? null,
    })),
  };
}

import type { DeviceWire, WorkerWire } from '@eyegazer/core';

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
}

/** Identity of one run of a worker; a newer run of the same worker fences off an older one. */
export interface WorkerIdentity {
  workerId: string;
  generation: number;
}

export interface Heartbeat extends WorkerIdentity {
  devices: { deviceKey: string; memoryFreeBytes: number }[];
  /** Attempts whose trainer process lives now. */
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
   * @throws AppError CONFLICT when a device is another living worker's
   */
  register(registration: WorkerRegistration): Promise<WorkerIdentity>;
  /**
   * Every few seconds. A worker that was lost is alive again; leases of ended attempts that no process of it runs are freed.
   * @throws AppError FENCED when a newer run of this worker has registered, NOT_FOUND
   */
  heartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer>;
  /** Orderly end: what still runs is queued again, devices are free. Call it after every trainer has ended. */
  markStopped(identity: WorkerIdentity): Promise<void>;
  /** Fences off workers silent for longer than 30 s by the database's clock; answers their ids. Their leases stay until they are back. */
  markLost(): Promise<string[]>;
  /** Workers that are alive, lost, or stopped within the last day. */
  list(): Promise<WorkerWire[]>;
}

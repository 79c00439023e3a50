/** The server itself: what it has, who may enter, its backups. */
import {
  operations,
  type AuditEntryWire,
  type BodyInputOf,
  type CreatedToken,
  type HealthAnswer,
  type Operations,
  type Page,
  type QueueWire,
  type ReadyAnswer,
  type RestoreAnswer,
  type SessionAnswer,
  type TokenWire,
  type WorkerWire,
} from '@eyegazer/core';
import type { ByteBody, Caller, CallOptions } from '../http/create-caller.js';
import type { PageOptions } from './page-options.js';

export interface SystemMethods {
  listWorkers(options?: CallOptions): Promise<WorkerWire[]>;
  getQueue(options?: CallOptions): Promise<QueueWire>;
  getHealth(options?: CallOptions): Promise<HealthAnswer>;
  /** What is missing, as an answer and not as an error. */
  getReady(options?: CallOptions): Promise<ReadyAnswer>;
  /** Who is asking. */
  getSession(options?: CallOptions): Promise<SessionAnswer>;
  /** For browsers: the answer sets a cookie that stands for the token. */
  createSession(body: BodyInputOf<Operations['createSession'], never>, options?: CallOptions): Promise<SessionAnswer>;
  endSession(options?: CallOptions): Promise<void>;
  listTokens(options?: PageOptions): Promise<Page<TokenWire>>;
  createToken(body: BodyInputOf<Operations['createToken'], never>, options?: CallOptions): Promise<CreatedToken>;
  revokeToken(id: string, options?: CallOptions): Promise<void>;
  listAudit(options?: PageOptions): Promise<Page<AuditEntryWire>>;
  /** A backup as one tar. */
  openBackup(options?: CallOptions): Promise<Response>;
  /** Puts a backup back, for as long as it takes. */
  restoreBackup(body: ByteBody, options?: CallOptions): Promise<RestoreAnswer>;
}

export function createSystemMethods({ call, open }: Caller): SystemMethods {
  return {
    listWorkers: async (options) => (await call(operations.listWorkers, { ...options })).items,
    getQueue: (options) => call(operations.getQueue, { ...options }),
    getHealth: (options) => call(operations.getHealth, { ...options }),
    getReady: (options) => call(operations.getReady, { ...options }),
    getSession: (options) => call(operations.getSession, { ...options }),
    createSession: (body, options) => call(operations.createSession, { ...options, body }),
    endSession: (options) => call(operations.endSession, { ...options }),
    listTokens: ({ signal, ...query } = {}) => call(operations.listTokens, { query, signal }),
    createToken: (body, options) => call(operations.createToken, { ...options, body }),
    revokeToken: (id, options) => call(operations.revokeToken, { ...options, params: { id } }),
    listAudit: ({ signal, ...query } = {}) => call(operations.listAudit, { query, signal }),
    openBackup: (options) => open(operations.getBackup, { ...options }),
    restoreBackup: (body, options) => call(operations.restoreBackup, { ...options, body, timeoutMs: Infinity }),
  };
}

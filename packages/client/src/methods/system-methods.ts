/** The server itself: what it has, who may enter, its backups. */
import {
  backupOperations,
  operations,
  queueOperations,
  sessionOperations,
  tokenOperations,
  type AuditEntryWire,
  type BodyInputOf,
  type CreatedToken,
  type HealthAnswer,
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
  createSession(body: BodyInputOf<typeof sessionOperations.createSession, never>, options?: CallOptions): Promise<SessionAnswer>;
  endSession(options?: CallOptions): Promise<void>;
  listTokens(options?: PageOptions): Promise<Page<TokenWire>>;
  createToken(body: BodyInputOf<typeof tokenOperations.createToken, never>, options?: CallOptions): Promise<CreatedToken>;
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
    getQueue: (options) => call(queueOperations.getQueue, { ...options }),
    getHealth: (options) => call(operations.getHealth, { ...options }),
    getReady: (options) => call(operations.getReady, { ...options }),
    getSession: (options) => call(sessionOperations.getSession, { ...options }),
    createSession: (body, options) => call(sessionOperations.createSession, { ...options, body }),
    endSession: (options) => call(sessionOperations.endSession, { ...options }),
    listTokens: ({ signal, ...query } = {}) => call(tokenOperations.listTokens, { query, signal }),
    createToken: (body, options) => call(tokenOperations.createToken, { ...options, body }),
    revokeToken: (id, options) => call(tokenOperations.revokeToken, { ...options, params: { id } }),
    listAudit: ({ signal, ...query } = {}) => call(tokenOperations.listAudit, { query, signal }),
    openBackup: (options) => open(backupOperations.getBackup, { ...options }),
    restoreBackup: (body, options) => call(backupOperations.restoreBackup, { ...options, body, timeoutMs: Infinity }),
  };
}

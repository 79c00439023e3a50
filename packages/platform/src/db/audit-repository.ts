import { AppError, type AuditEntryWire, type Page, type PageQuery, type Role } from '@eyegazer/core';
import { pageOf, parseCursor } from './cursor.js';
import type { AuditEntry } from './generated/client.js';
import { fromJson, toIso, toJson } from './json.js';
import type { Database } from './open-database.js';

export type NewAuditEntry = Omit<AuditEntryWire, 'id' | 'at'>;

/** Who did what. Entries are only ever added. */
export interface AuditRepository {
  append(entry: NewAuditEntry): Promise<void>;
  /** Newest first. */
  list(query: PageQuery): Promise<Page<AuditEntryWire>>;
}

export function createAuditRepository({ database: { prisma } }: { database: Database }): AuditRepository {
  return {
    async append({ actor, target, ...entry }) {
      await prisma.auditEntry.create({ data: { ...entry, tokenId: actor.tokenId, actor: actor.name, role: actor.role, target: toJson(target) } });
    },

    async list({ limit, cursor }) {
      const after = parseCursor('audit', cursor);
      const rows = await prisma.auditEntry.findMany({ where: after ? { id: { lt: parseId(after.id) } } : {}, orderBy: { id: 'desc' }, take: limit + 1 });
      return pageOf({ list: 'audit', rows, limit, cursorOf: ({ id }) => ({ key: null, id: String(id) }), present: presentEntry });
    },
  };
}

function parseId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new AppError('BAD_REQUEST', 'cursor: expected the nextCursor of the page before, got something else.', { path: 'cursor' });
}

function presentEntry({ id, at, requestId, tokenId, actor, role, address, operation, target, status }: AuditEntry): AuditEntryWire {
  return { id: String(id), at: toIso(at), requestId, actor: { tokenId, name: actor, role: role as Role }, address, operation, target: fromJson<Record<string, string>>(target), status };
}

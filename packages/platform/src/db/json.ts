import { Prisma } from './generated/client.js';

/** A value for a JSON column; undefined members are left out as JSON.stringify does. */
export function toJson(value: object): Prisma.InputJsonValue {
  return value;
}

/** A value for a JSON column that may be empty. */
export function toJsonOrNull(value: object | null): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null ? Prisma.DbNull : toJson(value);
}

// The type parameter is the caller's word for the column's shape, which is what these two are for.
/* oxlint-disable typescript/no-unnecessary-type-parameters */

/** What a JSON column holds. Everything in the tables was parsed before it was written, so its type is known. */
export function fromJson<T>(value: Prisma.JsonValue): T {
  return value as T;
}

export function fromJsonOrNull<T>(value: Prisma.JsonValue | null): T | null {
  return value as T | null;
}
/* oxlint-enable typescript/no-unnecessary-type-parameters */

/** ISO 8601 UTC, as everything is on the wire. */
export function toIso(date: Date): string {
  return date.toISOString();
}

export function toIsoOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

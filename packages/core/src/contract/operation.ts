/**
 * The contract. An *operation* is one method on one path, with who may use it, what it takes and what it answers. The
 * table of them is all there is: the API mounts its routes from it, the client builds its requests from it, and the
 * OpenAPI document says it.
 */
import type { z } from 'zod';
import type { OperationRole } from '../access/roles.js';
import type { ParseOptions } from '../parse/parse-with.js';
import type { Tag } from './tags.js';

/** Bytes rather than JSON, of one of these media types. */
export interface BinaryContent {
  readonly mediaTypes: readonly [string, ...string[]];
}

/** JSON by its schema, bytes, or nothing at all. */
export type Content = z.ZodType | BinaryContent | null;

/** Headers beside those that every request may carry. */
export const requestHeaders = ['Idempotency-Key', 'If-None-Match', 'If-Range', 'Range', 'Tus-Resumable', 'Upload-Length', 'Upload-Metadata', 'Upload-Offset'] as const;
export type RequestHeader = (typeof requestHeaders)[number];

/** Headers of an answer that its operation names. */
export const answerHeaders = ['Location', 'Tus-Resumable', 'Upload-Offset'] as const;
export type AnswerHeader = (typeof answerHeaders)[number];

export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As Express has it: `:id` is one segment, `*name` is several. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  /** A sentence of a few words. */
  readonly summary: string;
  /** What the summary leaves out, in Markdown. */
  readonly description?: string;
  readonly role: OperationRole;
  /** Without one, any query key is refused. */
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType | BinaryContent;
  /** How a body that does not fit is refused; as a BAD_REQUEST of the `body` unless told. */
  readonly bodyErrors?: ParseOptions;
  readonly headers?: readonly RequestHeader[];
  /** Of every answer that is no error. */
  readonly answerHeaders?: readonly AnswerHeader[];
  /** By HTTP status. Every other status has the body of an error. */
  readonly answers: Readonly<Record<number, Content>>;
}

export function binary(...mediaTypes: [string, ...string[]]): BinaryContent {
  return { mediaTypes };
}

export function isBinary(content: Content | undefined): content is BinaryContent {
  return content !== null && content !== undefined && 'mediaTypes' in content;
}

type NamesIn<Path extends string> = Path extends `${infer Segment}/${infer Rest}` ? NameOf<Segment> | NamesIn<Rest> : NameOf<Path>;
type NameOf<Segment extends string> = Segment extends `:${infer Name}` | `*${infer Name}` ? Name : never;

/** The parameters of a path by name: `{ id: string }` of `/api/experiments/:id`. */
export type PathParams<Path extends string> = { readonly [Name in NamesIn<Path>]: string };

/** Names and kinds of a path's parameters, in order. */
export function pathParams(path: string): { name: string; isWildcard: boolean }[] {
  return [...path.matchAll(/([:*])([A-Za-z]+)/g)].map(([, sign, name]) => ({ name: name ?? '', isWildcard: sign === '*' }));
}

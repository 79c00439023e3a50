/** What the operations of the contract take and give, as types. */
import type { z } from 'zod';
import type { BinaryContent, Content, Operation } from './operation.js';

/** The query as a handler has it. */
export type QueryOf<O extends Operation> = O extends { readonly query: infer Q extends z.ZodType } ? z.infer<Q> : Record<string, never>;
/** The names that a query may have. */
export type QueryKeyOf<O extends Operation> = O extends { readonly query: infer Q extends z.ZodType } ? keyof z.infer<Q> : never;

/** The body as a handler has it; undefined where there is none, or where it is bytes. */
export type BodyOf<O extends Operation> = O extends { readonly body: infer B extends z.ZodType } ? z.infer<B> : undefined;
/** The body as a client sends it: defaults may be left out. Bytes are of the type that the client sends them as. */
export type BodyInputOf<O extends Operation, Bytes> = O extends { readonly body: infer B } ? (B extends z.ZodType ? z.input<B> : B extends BinaryContent ? Bytes : never) : undefined;

type JsonOf<C extends Content> = C extends z.ZodType ? z.infer<C> : C extends null ? undefined : never;
/** The JSON of an answer, whichever of its statuses it has; undefined for one without a body. */
export type AnswerBodyOf<O extends Operation> = { [Status in keyof O['answers'] & number]: JsonOf<O['answers'][Status]> }[keyof O['answers'] & number];

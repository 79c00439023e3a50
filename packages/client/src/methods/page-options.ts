import type { CallOptions } from '../http/create-caller.js';

/** Which page of a list. */
export interface PageOptions extends CallOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
}

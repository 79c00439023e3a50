import { errorCodes } from '../../errors/error-codes.js';
import type { RequestHeader } from '../operation.js';

export const apiDescription = `Queues image fine-tuning experiments, streams their training, says when a run is cheating, and hands back a PEFT adapter.

**Access.** A server that only this machine can reach asks nobody. Every other asks for \`Authorization: Bearer <token>\`, or for the cookie that \`POST /api/session\` sets.
Roles build on one another: a member may do what a viewer may, an admin everything. Each operation names the least role it takes.

**Errors** have one body, \`{"error": {"code", "message", "path", "details", "requestId"}}\`; the message says what was expected, what came, and what to do.
A key that is not documented is refused, in a body as in a query.

**Lists** come in pages: pass \`nextCursor\` on as \`cursor\` until it is null. **Times** are ISO 8601 in UTC.

**Live events** come by socket.io at \`/socket.io\`, with the same token as \`auth: { token }\`: \`subscribe {experimentId, after}\` is answered by every later \`event\` in order, or by \`resync {from}\` when they are to be fetched.`;

export const statusTexts: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Begun; it goes on by itself.',
  204: 'Done; there is nothing to say.',
  206: 'The range that was asked for.',
  302: 'The bytes are at `Location`.',
  304: 'What you have is current.',
  416: 'There is no such range.',
  503: 'Something is missing; the answer says what.',
};

export const headerTexts: Readonly<Record<RequestHeader, { description: string; schema: Record<string, unknown> }>> = {
  'Idempotency-Key': { description: 'Any text of your own: repeating a request with it makes nothing twice.', schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' } },
  'If-None-Match': { description: 'The `ETag` of what you have: 304 when it is current.', schema: { type: 'string' } },
  'If-Range': { description: 'The `ETag` of what you have a part of: all of it is sent when it is another by now.', schema: { type: 'string' } },
  'Tus-Resumable': { description: 'Version of the tus protocol.', schema: { type: 'string', const: '1.0.0' } },
  'Upload-Length': { description: 'Bytes of the whole file.', schema: { type: 'integer', minimum: 1 } },
  'Upload-Metadata': { description: 'As tus has it; of its keys only `filename` is read.', schema: { type: 'string' } },
  'Upload-Offset': { description: 'Bytes that were sent before these.', schema: { type: 'integer', minimum: 0 } },
  Range: { description: 'One range of bytes, such as `bytes=0-1023`; of several, everything is sent.', schema: { type: 'string' } },
};

export const pathTexts: Readonly<Record<string, string>> = {
  id: 'Its id; of a dataset or base model the name will do.',
  sampleId: "The image's id, which is its file name without the ending.",
  name: 'Its name in the list. Slashes stay as they are, or are written `%2F`.',
  file: 'A file of the page.',
};

/** Every code that an error can have, with what HTTP says and whether trying again can help. */
export const errorText = [
  'What went wrong. `code` is one of these:',
  '',
  '| code | status | try again? | |',
  '|---|---|---|---|',
  ...Object.entries(errorCodes).map(([code, { http, retryable, message }]) => `| \`${code}\` | ${http} | ${retryable ? 'yes' : 'no'} | ${message} |`),
].join('\n');

export const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'An access token: `eyg_` and 43 characters.' },
  session: { type: 'apiKey', in: 'cookie', name: 'eyegazer_session', description: 'What `POST /api/session` sets for a browser; over https the name begins with `__Host-`.' },
} as const;

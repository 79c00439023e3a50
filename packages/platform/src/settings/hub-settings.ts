import { z } from 'zod';
import { parseEnvironment, type Environment } from './parse-environment.js';

/** The hub that base models come from. Holds a secret: never to be logged. */
export const hubSettingsSchema = z.strictObject({
  /** Without a slash at its end. */
  endpoint: z.string(),
  token: z.string().nullable(),
});
export type HubSettings = z.infer<typeof hubSettingsSchema>;

const schema = z.object({
  HF_ENDPOINT: z
    .string()
    .refine(isEndpoint, 'expected a URL like https://huggingface.co, without user, query and fragment; http only for this machine')
    .default('https://huggingface.co'),
  HF_TOKEN: z.string().regex(/^[\x21-\x7e]+$/, 'expected a token like hf_..., without spaces').optional(),
});

/** Reads HF_ENDPOINT and HF_TOKEN. @throws AppError BAD_REQUEST that names the variable; its value is never shown */
export function parseHubSettings(environment: Environment): HubSettings {
  const { HF_ENDPOINT, HF_TOKEN } = parseEnvironment(schema, environment);
  return { endpoint: HF_ENDPOINT.replace(/\/+$/, ''), token: HF_TOKEN ?? null };
}

/** A token goes there: in the clear only where it does not leave this machine. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username + password + search + hash === '';
}

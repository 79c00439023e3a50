import { createApiClient, type ApiClient } from '@eyegazer/client';
import type { Cli } from './cli.js';
import { findServer, type Server } from './config/find-server.js';
import { createReachingFetch } from './http/create-reaching-fetch.js';

/** Options that every command has. */
export interface GlobalOptions {
  url?: string;
  json?: boolean;
}

export interface Connection {
  server: Server;
  api: ApiClient;
  /** For what is bytes; it knows nothing of the token. */
  fetch: typeof globalThis.fetch;
}

/** What one command has to work with. */
export interface Context extends Cli {
  readonly json: boolean;
  /** As given by --url. */
  readonly givenUrl: string | undefined;
  connect(): Promise<Connection>;
  /** One JSON document, the whole answer of a command. */
  printJson(value: unknown): void;
  /** One line of a stream of them. */
  printJsonLine(value: unknown): void;
}

export function createContext(cli: Cli, { url, json = false }: GlobalOptions): Context {
  return {
    ...cli,
    json,
    givenUrl: url,
    connect: async () => connectTo(await findServer(url, cli.env)),
    printJson: (value) => cli.out.line(JSON.stringify(value, null, 2)),
    printJsonLine: (value) => cli.out.line(JSON.stringify(value)),
  };
}

export function connectTo(server: Server): Connection {
  const fetch = createReachingFetch(server.url);
  return { server, fetch, api: createApiClient({ baseUrl: server.url, fetch, ...(server.token === null ? {} : { token: server.token }) }) };
}

/** How much is let through the doors. Wide enough for 300 requests a second of one caller, three times over. */
export interface Limits {
  /** Tokens and cookies that open nothing, by address and minute. */
  failuresPerMinute: number;
  /** By token, or by address where nobody is known, and minute. */
  requestsPerMinute: number;
  /** Of those that start long work or make secrets, by token and minute. */
  heavyRequestsPerMinute: number;
  /** Sockets of one token at a time. */
  socketsPerCaller: number;
  /** How long the body of a request may take, a backup's left out. */
  longestBodyMs: number;
  /** How long a token is believed without a look at the database. */
  believedForMs: number;
  /** How often the doors look whether those connected may still be there. */
  socketCheckMs: number;
}

export const defaultLimits: Limits = {
  failuresPerMinute: 20,
  requestsPerMinute: 60_000,
  heavyRequestsPerMinute: 120,
  socketsPerCaller: 200,
  longestBodyMs: 60_000,
  believedForMs: 2000,
  socketCheckMs: 2000,
};

import { AppError } from '@eyegazer/core';

export interface RedisAddress {
  host: string;
  port: number;
  username?: string;
  password?: string;
  /** Number of the database, 0 unless told. */
  db: number;
  tls: boolean;
}

const defaultPort = 6379;

/**
 * Reads `redis[s]://[user][:password]@host[:port][/number]`.
 * @throws AppError BAD_REQUEST; the URL is not shown, for it may hold a password
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1];
  if (!url || url.hostname === '' || db === undefined || url.search !== '' || url.hash !== '') {
    const message = 'expected redis://host:port, with :password@ before the host or /number for a database after it; letters like / # ? in a password are written %2F %23 %3F';
    throw new AppError('BAD_REQUEST', `Environment variable REDIS_URL: ${message}.`, { path: 'REDIS_URL' });
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    db: Number(db),
    tls: url.protocol === 'rediss:',
  };
}

/** As people may see it: without user and password. */
export function showRedisAddress({ host, port }: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

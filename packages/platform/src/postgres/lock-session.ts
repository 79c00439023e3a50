/**
 * Settings of a session that holds locks: it may be idle or busy for as long as it takes, whatever the server says to others, and
 * the server notices within a minute, not after the two hours that are common, that its machine is gone.
 */
export const lockSession = `
  SELECT set_config(name, wanted.value, false)
  FROM (VALUES ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'),
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) AS wanted(name, value)
  JOIN pg_settings USING (name)`;

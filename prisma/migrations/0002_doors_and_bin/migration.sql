-- The bin -----------------------------------------------------------------------------------------------------------

ALTER TABLE "experiment" ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
-- Only what has ended can be thrown away: whoever runs or waits is cancelled first.
ALTER TABLE "experiment" ADD CONSTRAINT "experiment_deleted_at_check" CHECK ("deleted_at" IS NULL OR "state" IN ('succeeded', 'failed', 'cancelled', 'stopped'));
CREATE INDEX "experiment_bin_idx" ON "experiment" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL;
-- Whoever clears the artifact store asks for each artifact whether anything refers to it.
CREATE INDEX "artifact_sha256_idx" ON "artifact" ("sha256");

-- Doors -------------------------------------------------------------------------------------------------------------

CREATE TABLE "access_token" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "hash" BYTEA NOT NULL,
  "prefix" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3),
  "last_used_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "access_token_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "access_token_role_check" CHECK ("role" IN ('viewer', 'member', 'admin', 'worker')),
  CONSTRAINT "access_token_hash_check" CHECK (octet_length("hash") = 32)
);
CREATE UNIQUE INDEX "access_token_hash_key" ON "access_token" ("hash");
CREATE INDEX "access_token_created_at_id_idx" ON "access_token" ("created_at", "id");

CREATE TABLE "session" (
  "hash" BYTEA NOT NULL,
  "token_id" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "session_pkey" PRIMARY KEY ("hash"),
  CONSTRAINT "session_hash_check" CHECK (octet_length("hash") = 32),
  CONSTRAINT "session_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "access_token" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "session_token_id_idx" ON "session" ("token_id");
CREATE INDEX "session_expires_at_idx" ON "session" ("expires_at");

CREATE TABLE "audit_entry" (
  "id" BIGSERIAL NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "request_id" TEXT NOT NULL,
  "token_id" TEXT,
  "actor" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "address" TEXT NOT NULL,
  "operation" TEXT NOT NULL,
  "target" JSONB NOT NULL,
  "status" INTEGER NOT NULL,
  CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_entry_at_idx" ON "audit_entry" ("at");

ALTER TABLE "worker" ADD COLUMN "token_id" TEXT;
ALTER TABLE "worker" ADD CONSTRAINT "worker_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "access_token" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Metrics -----------------------------------------------------------------------------------------------------------

ALTER TABLE "worker" ADD COLUMN "event_log" JSONB;

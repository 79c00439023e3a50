-- Datasets and base models ------------------------------------------------------------------------------------------

CREATE TABLE "dataset" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "request" JSONB NOT NULL,
  "progress" JSONB,
  "report" JSONB,
  "error" JSONB,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "dataset_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "dataset_state_check" CHECK ("state" IN ('importing', 'ready', 'failed'))
);
CREATE UNIQUE INDEX "dataset_name_key" ON "dataset" ("name");
CREATE INDEX "dataset_created_at_id_idx" ON "dataset" ("created_at", "id");

CREATE TABLE "dataset_version" (
  "id" TEXT NOT NULL,
  "dataset_id" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "content_id" TEXT NOT NULL,
  "class_names" TEXT[],
  "split" JSONB NOT NULL,
  "report" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "dataset_version_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "dataset_version_version_check" CHECK ("version" >= 1),
  CONSTRAINT "dataset_version_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "dataset_version_dataset_id_version_key" ON "dataset_version" ("dataset_id", "version");
CREATE UNIQUE INDEX "dataset_version_dataset_id_content_id_key" ON "dataset_version" ("dataset_id", "content_id");

CREATE TABLE "base_model" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "parameter_count" BIGINT NOT NULL,
  "byte_length" BIGINT NOT NULL,
  "image_size" INTEGER NOT NULL,
  "patch_size" INTEGER NOT NULL,
  "hidden_size" INTEGER NOT NULL,
  "num_hidden_layers" INTEGER NOT NULL,
  "num_attention_heads" INTEGER NOT NULL,
  "files" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "base_model_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "base_model_name_key" ON "base_model" ("name");
CREATE INDEX "base_model_created_at_id_idx" ON "base_model" ("created_at", "id");

-- Experiments -------------------------------------------------------------------------------------------------------

CREATE TABLE "experiment" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'queued',
  "config" JSONB NOT NULL,
  "task" JSONB NOT NULL,
  "task_kind" TEXT NOT NULL,
  "plan" JSONB NOT NULL,
  "warnings" JSONB NOT NULL,
  "tags" TEXT[],
  "priority" INTEGER NOT NULL,
  "device_kind" TEXT NOT NULL,
  "dataset_version_id" TEXT NOT NULL,
  "model_id" TEXT NOT NULL,
  "idempotency_key" TEXT,
  "request_hash" TEXT,
  "cancel_requested_at" TIMESTAMPTZ(3),
  "progress" JSONB,
  "latest" JSONB,
  "best" JSONB,
  "best_value" DOUBLE PRECISION,
  "evaluation" JSONB,
  "health_state" TEXT NOT NULL DEFAULT 'ok',
  "health_level" TEXT,
  "error" JSONB,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "started_at" TIMESTAMPTZ(3),
  "ended_at" TIMESTAMPTZ(3),
  CONSTRAINT "experiment_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "experiment_state_check" CHECK ("state" IN ('queued', 'placed', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'stopped')),
  CONSTRAINT "experiment_task_kind_check" CHECK ("task_kind" IN ('multiclass', 'binary', 'regression')),
  CONSTRAINT "experiment_health_state_check" CHECK ("health_state" IN ('ok', 'suspected', 'confirmed', 'recovered')),
  CONSTRAINT "experiment_health_level_check" CHECK ("health_level" IN ('info', 'warning', 'critical')),
  CONSTRAINT "experiment_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "experiment_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "base_model" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "experiment_idempotency_key_key" ON "experiment" ("idempotency_key");
CREATE INDEX "experiment_created_at_id_idx" ON "experiment" ("created_at", "id");
CREATE INDEX "experiment_state_created_at_id_idx" ON "experiment" ("state", "created_at", "id");
CREATE INDEX "experiment_dataset_version_id_idx" ON "experiment" ("dataset_version_id");
CREATE INDEX "experiment_model_id_idx" ON "experiment" ("model_id");
CREATE INDEX "experiment_tags_idx" ON "experiment" USING GIN ("tags");
-- The line, in the order in which it is served.
CREATE INDEX "experiment_waiting_idx" ON "experiment" ("priority" DESC, "queued_at", "id") WHERE "state" = 'queued';

-- Event log ---------------------------------------------------------------------------------------------------------

-- Updated with every append: room in the page keeps those updates off the index.
CREATE TABLE "event_counter" (
  "experiment_id" TEXT NOT NULL,
  "last_seq" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_counter_pkey" PRIMARY KEY ("experiment_id"),
  CONSTRAINT "event_counter_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 50);

CREATE TABLE "event" (
  "experiment_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "attempt" INTEGER NOT NULL,
  "counter" INTEGER,
  "type" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "data" JSONB,
  CONSTRAINT "event_pkey" PRIMARY KEY ("experiment_id", "seq"),
  CONSTRAINT "event_type_check" CHECK ("type" IN ('state', 'plan', 'progress', 'metrics', 'evaluation', 'finding', 'log', 'artifact')),
  CONSTRAINT "event_data_check" CHECK (("data" IS NULL) = ("type" = 'metrics')),
  CONSTRAINT "event_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "event_experiment_id_attempt_counter_key" ON "event" ("experiment_id", "attempt", "counter");
-- What an experiment's page lists apart from the curve.
CREATE INDEX "event_landmark_idx" ON "event" ("experiment_id", "seq") WHERE "type" NOT IN ('metrics', 'progress');

CREATE TABLE "metric_chunk" (
  "experiment_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "attempt" INTEGER NOT NULL,
  "first_update" INTEGER NOT NULL,
  "last_update" INTEGER NOT NULL,
  "names" TEXT[],
  "updates" INTEGER[],
  "points" DOUBLE PRECISION[],
  CONSTRAINT "metric_chunk_pkey" PRIMARY KEY ("experiment_id", "seq"),
  CONSTRAINT "metric_chunk_points_check" CHECK (cardinality("points") = cardinality("names") * cardinality("updates")),
  CONSTRAINT "metric_chunk_experiment_id_seq_fkey" FOREIGN KEY ("experiment_id", "seq") REFERENCES "event" ("experiment_id", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "metric_chunk_experiment_id_attempt_last_update_idx" ON "metric_chunk" ("experiment_id", "attempt", "last_update");

CREATE TABLE "metric_bucket" (
  "experiment_id" TEXT NOT NULL,
  "attempt" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "width" INTEGER NOT NULL,
  "bucket" INTEGER NOT NULL,
  "first_update" INTEGER NOT NULL,
  "last_update" INTEGER NOT NULL,
  "min" DOUBLE PRECISION NOT NULL,
  "max" DOUBLE PRECISION NOT NULL,
  "last" DOUBLE PRECISION NOT NULL,
  CONSTRAINT "metric_bucket_pkey" PRIMARY KEY ("experiment_id", "attempt", "width", "name", "bucket"),
  CONSTRAINT "metric_bucket_order_check" CHECK ("min" <= "max" AND "first_update" <= "last_update"),
  CONSTRAINT "metric_bucket_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 80);

-- Workers and placement ---------------------------------------------------------------------------------------------

CREATE TABLE "worker" (
  "id" TEXT NOT NULL,
  "machine_id" TEXT NOT NULL,
  "home" TEXT NOT NULL,
  "hostname" TEXT NOT NULL,
  "pid" INTEGER NOT NULL,
  "version" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'alive',
  "generation" INTEGER NOT NULL DEFAULT 1,
  "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "worker_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "worker_state_check" CHECK ("state" IN ('alive', 'lost', 'stopped'))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX "worker_machine_id_home_key" ON "worker" ("machine_id", "home");

CREATE TABLE "device" (
  "device_key" TEXT NOT NULL,
  "worker_id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "memory_total_bytes" BIGINT NOT NULL,
  "memory_free_bytes" BIGINT NOT NULL,
  CONSTRAINT "device_pkey" PRIMARY KEY ("device_key"),
  CONSTRAINT "device_worker_id_fkey" FOREIGN KEY ("worker_id") REFERENCES "worker" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX "device_worker_id_idx" ON "device" ("worker_id");

CREATE TABLE "attempt" (
  "id" TEXT NOT NULL,
  "experiment_id" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'placed',
  "worker_id" TEXT NOT NULL,
  "device_key" TEXT NOT NULL,
  "plan" JSONB,
  "error" JSONB,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "started_at" TIMESTAMPTZ(3),
  "ended_at" TIMESTAMPTZ(3),
  CONSTRAINT "attempt_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "attempt_number_check" CHECK ("number" >= 1),
  CONSTRAINT "attempt_state_check" CHECK ("state" IN ('placed', 'starting', 'running', 'succeeded', 'failed', 'lost', 'superseded', 'cancelled')),
  CONSTRAINT "attempt_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "attempt_worker_id_fkey" FOREIGN KEY ("worker_id") REFERENCES "worker" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "attempt_experiment_id_number_key" ON "attempt" ("experiment_id", "number");
-- An experiment is executed once at a time, whatever the programs believe.
CREATE UNIQUE INDEX "attempt_live_key" ON "attempt" ("experiment_id") WHERE "state" IN ('placed', 'starting', 'running');
CREATE INDEX "attempt_live_worker_idx" ON "attempt" ("worker_id") WHERE "state" IN ('placed', 'starting', 'running');

CREATE TABLE "lease" (
  "device_key" TEXT NOT NULL,
  "attempt_id" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "lease_pkey" PRIMARY KEY ("device_key"),
  CONSTRAINT "lease_attempt_id_fkey" FOREIGN KEY ("attempt_id") REFERENCES "attempt" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "lease_attempt_id_idx" ON "lease" ("attempt_id");

CREATE TABLE "outbox" (
  "attempt_id" TEXT NOT NULL,
  "worker_id" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "published_at" TIMESTAMPTZ(3),
  CONSTRAINT "outbox_pkey" PRIMARY KEY ("attempt_id"),
  CONSTRAINT "outbox_attempt_id_fkey" FOREIGN KEY ("attempt_id") REFERENCES "attempt" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "outbox_unpublished_idx" ON "outbox" ("created_at") WHERE "published_at" IS NULL;

CREATE TABLE "artifact" (
  "experiment_id" TEXT NOT NULL,
  "attempt" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "byte_length" BIGINT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "artifact_pkey" PRIMARY KEY ("experiment_id", "attempt", "name"),
  CONSTRAINT "artifact_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

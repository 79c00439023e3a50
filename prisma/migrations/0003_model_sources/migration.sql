-- Base models that come from afar -----------------------------------------------------------------------------------

-- Every model so far was read before its row was written, and is a ViT; a backup of then, which has none of these columns, says so too.
ALTER TABLE "base_model" ADD COLUMN "state" TEXT NOT NULL DEFAULT 'ready';
ALTER TABLE "base_model" ADD COLUMN "request" JSONB;
ALTER TABLE "base_model" ADD COLUMN "progress" JSONB;
ALTER TABLE "base_model" ADD COLUMN "error" JSONB;
ALTER TABLE "base_model" ADD COLUMN "model_type" TEXT DEFAULT 'vit';
ALTER TABLE "base_model" ADD COLUMN "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Nothing is known of a model that has not been read.
ALTER TABLE "base_model" ALTER COLUMN "parameter_count" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "byte_length" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "image_size" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "patch_size" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "hidden_size" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "num_hidden_layers" DROP NOT NULL;
ALTER TABLE "base_model" ALTER COLUMN "num_attention_heads" DROP NOT NULL;

ALTER TABLE "base_model" ADD CONSTRAINT "base_model_state_check" CHECK ("state" IN ('importing', 'ready', 'failed'));
ALTER TABLE "base_model" ADD CONSTRAINT "base_model_ready_check" CHECK ("state" <> 'ready' OR num_nulls(
  "model_type", "parameter_count", "byte_length", "image_size", "patch_size", "hidden_size", "num_hidden_layers", "num_attention_heads") = 0);
ALTER TABLE "base_model" ADD CONSTRAINT "base_model_error_check" CHECK (("error" IS NOT NULL) = ("state" = 'failed'));

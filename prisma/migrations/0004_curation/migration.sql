-- Versions made by choices from images that were read once -----------------------------------------------------------

-- Datasets that were imported before have no index of their images: they are imported again before another version can be made.
ALTER TABLE "dataset" ADD COLUMN "images_id" TEXT;
ALTER TABLE "dataset" ADD COLUMN "audit_id" TEXT;
ALTER TABLE "dataset" ADD COLUMN "audit" JSONB;
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_images_check" CHECK (num_nulls("images_id", "audit_id", "audit") IN (0, 3));

-- Every version so far was made with a split alone, of grades; a backup of then, which has none of these columns, says so too.
ALTER TABLE "dataset_version" ADD COLUMN "curation" JSONB;
ALTER TABLE "dataset_version" ADD COLUMN "ordinal" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "dataset_version" ADD COLUMN "left_out" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_left_out_check" CHECK ("left_out" >= 0);

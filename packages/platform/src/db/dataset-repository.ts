import type { CreateDataset, DatasetVersionWire, DatasetWire, ErrorRecord, ImportProgress, ImportReport, Page, PageQuery, SplitConfig } from '@eyegazer/core';

/** What a finished import hands over; the manifest with this sha256 is in the artifact store already. */
export interface FinishedImport {
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  split: SplitConfig;
  report: ImportReport;
}

/** A dataset version as an experiment refers to it. */
export interface DatasetVersionRef {
  datasetId: string;
  versionId: string;
  name: string;
  version: number;
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  /** `counts[split][classId]` */
  counts: DatasetVersionWire['counts'];
}

/** Datasets and their immutable versions. `idOrName` is a dataset's id or its name. */
export interface DatasetRepository {
  /**
   * Makes a dataset that is being imported, or starts another import under a name that is there already: the versions
   * it has stay usable meanwhile.
   * @throws AppError CONFLICT while another import runs under this name
   */
  create(input: CreateDataset): Promise<DatasetWire>;
  /** @throws AppError ILLEGAL_TRANSITION when the dataset is not being imported */
  updateProgress(id: string, progress: ImportProgress): Promise<void>;
  /**
   * Makes the dataset ready. Content that is there already is the version it was, not a new one.
   * @throws AppError ILLEGAL_TRANSITION when the dataset is not being imported
   */
  finish(id: string, result: FinishedImport): Promise<DatasetWire>;
  /** Records why an import failed; a dataset that has a version stays ready. */
  fail(id: string, error: ErrorRecord): Promise<DatasetWire>;
  /** Fails imports that have shown no progress for so long (0: every one); answers how many. For the start of the only importer. */
  failInterrupted(options: { silentForMs: number }): Promise<number>;
  /** @throws AppError NOT_FOUND */
  get(idOrName: string): Promise<DatasetWire>;
  list(query: PageQuery): Promise<Page<DatasetWire>>;
  /** Newest first. @throws AppError NOT_FOUND */
  listVersions(idOrName: string): Promise<DatasetVersionWire[]>;
  /**
   * The version that `name`, `name@version` or an id (its newest version) means.
   * @throws AppError NOT_FOUND, or BAD_DATASET when there is no usable version yet
   */
  resolveVersion(reference: string): Promise<DatasetVersionRef>;
  /** @throws AppError NOT_FOUND, or CONFLICT when an experiment uses it or an import runs */
  delete(idOrName: string): Promise<void>;
}

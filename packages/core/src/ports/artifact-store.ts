export interface StoredArtifact {
  /** Lower-case hex; also the artifact's only name. */
  sha256: string;
  byteLength: number;
}

export interface ListedArtifact extends StoredArtifact {
  /** When its bytes were last put, or refreshed. */
  modifiedAt: Date;
}

export interface DownloadOptions {
  /** What the file is called where it is saved; any text. */
  fileName: string;
  contentType: string;
  expiresInMs: number;
}

/**
 * Content-addressed storage of immutable bytes. Putting the same bytes twice stores them once; nothing is visible
 * before it is whole.
 */
export interface ArtifactStore {
  /** Bytes that are there already count as put anew: their `modifiedAt` is now. */
  put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredArtifact>;
  /**
   * For bytes whose hash is known: puts them anew without their being sent, as far as `modifiedAt` goes. Null when they
   * are not there, and have to be put.
   */
  refresh(sha256: string): Promise<{ byteLength: number } | null>;
  /**
   * Streams the bytes from `start` to `end`, both included, or all of them.
   * @throws AppError NOT_FOUND, BAD_REQUEST on a range that is not within them, CORRUPT_ARTIFACT at the end of all bytes when they are not what their name says
   */
  read(sha256: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  /** Size in bytes, or null when there is no such artifact. */
  stat(sha256: string): Promise<{ byteLength: number } | null>;
  /** Every artifact, in no order; one that comes or goes meanwhile may be among them or not. */
  list(): AsyncIterable<ListedArtifact>;
  /**
   * Removing what is not there is no error. With `unlessSince`, bytes that were put or refreshed at that time or later stay:
   * looked up right before the removal.
   * @returns whether bytes were removed
   */
  remove(sha256: string, options?: { unlessSince: Date }): Promise<boolean>;
  /**
   * Path of a local file with the artifact's bytes, for readers that need random access; never to be written to. It
   * stays until this process ends.
   * @throws AppError NOT_FOUND
   */
  localPath(sha256: string): Promise<string>;
  /** A URL that gives the bytes, ranges too, to whoever has it; null means: send them yourself. */
  signedUrl(sha256: string, options: DownloadOptions): Promise<string | null>;
  /** Removes what uploads left that broke off more than a day ago, or whose process has ended. */
  sweepUploads(): Promise<void>;
  /** @throws AppError UNAVAILABLE that says what is wrong, and how to mend it */
  ping(): Promise<void>;
}

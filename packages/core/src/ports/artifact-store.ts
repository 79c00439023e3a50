export interface StoredArtifact {
  /** Lower-case hex; also the artifact's only name. */
  sha256: string;
  byteLength: number;
}

/**
 * Content-addressed storage of immutable bytes. Putting the same bytes twice stores them once; nothing is visible
 * before it is whole.
 */
export interface ArtifactStore {
  put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredArtifact>;
  /**
   * Streams the bytes from `start` to `end`, both included, or all of them.
   * @throws AppError NOT_FOUND
   */
  read(sha256: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
  /** Size in bytes, or null when there is no such artifact. */
  stat(sha256: string): Promise<{ byteLength: number } | null>;
  /** Removing what is not there is no error. */
  remove(sha256: string): Promise<void>;
  /**
   * Path of a local file with the artifact's bytes, for readers that need random access; never to be written to.
   * @throws AppError NOT_FOUND
   */
  localPath(sha256: string): Promise<string>;
}

/** A folder somewhere else that files can be fetched from: a repository on the hub, a prefix of a bucket. */

/** What the bytes of a file hash to. */
export type Digest = { readonly kind: 'sha256'; readonly hex: string } | { readonly kind: 'gitBlob'; readonly hex: string };

export interface RemoteFile {
  readonly name: string;
  readonly byteLength: number;
  /** Null where the other side does not say. */
  readonly digest: Digest | null;
  /** Another one for other bytes. */
  readonly tag: string;
}

export interface RemoteFolder {
  /** Where it is, for people; with the commit, where there is one. */
  readonly source: string;
  /** What lies directly in it. */
  readonly files: readonly RemoteFile[];
  /**
   * The bytes from `start` to the end of a file. May break off: `downloadFile` knows how to go on.
   * @throws AppError; one that is retryable where trying again may help
   */
  read(file: RemoteFile, options: { start: number; signal: AbortSignal }): AsyncIterable<Uint8Array>;
}

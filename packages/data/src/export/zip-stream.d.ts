/** The part of zip-stream that is used here; the package ships no types. */
declare module 'zip-stream' {
  import type { Transform } from 'node:stream';

  export default class ZipStream extends Transform {
    constructor(options?: { store?: boolean; forceZip64?: boolean });
    entry(source: Buffer | NodeJS.ReadableStream, data: { name: string; date?: Date; mode?: number }, callback: (error?: Error | null) => void): this;
    finish(): void;
  }
}

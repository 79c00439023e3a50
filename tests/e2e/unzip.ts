import yauzl from 'yauzl';

/** Reads every file of a zip into memory, in the archive's order. */
export function unzip(path: string): Promise<Map<string, Buffer>> {
  return new Promise((done, refuse) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return refuse(error);
      const files = new Map<string, Buffer>();
      zip.on('error', refuse);
      zip.on('end', () => done(files));
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return refuse(failure);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('error', refuse);
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(chunks));
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });
}

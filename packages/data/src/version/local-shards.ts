import type { DatasetVersion } from './load-dataset-version.js';
import { mapOrdered } from './map-ordered.js';
import { throwIfCancelled } from './throw-if-cancelled.js';

/** Downloads at once. A store far away has few connections, and a request that waits for one for long fails. */
const mostAtOnce = 4;

/**
 * Local files of all shards of a version, in their order.
 * @throws AppError CANCELLED once the signal has fired, and what the store throws
 */
export async function localShards(version: Pick<DatasetVersion, 'header' | 'shardPath'>, signal: AbortSignal | undefined): Promise<string[]> {
  const paths: string[] = [];
  const open = async (shard: number): Promise<string> => {
    throwIfCancelled(signal);
    return version.shardPath(shard);
  };
  for await (const path of mapOrdered(version.header.shards.keys(), mostAtOnce, open)) paths.push(path);
  return paths;
}

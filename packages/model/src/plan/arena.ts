/**
 * ONNX Runtime's CPU arena, replayed with sizes alone. It takes memory in regions, each twice as large as the one before, and
 * gives the smallest free chunk that fits; a chunk less than twice the size asked for is given whole. Nothing goes back to the
 * system, but memory that was never handed out takes no room there: what counts is how far each region was ever used.
 * Source: https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/bfc_arena.cc
 */
const granuleBytes = 256;
const firstRegionBytes = 2 ** 20;
const largestGrowthBytes = 2 ** 30;
const largestWasteBytes = 2 ** 27;

interface Chunk {
  region: Region;
  offset: number;
  bytes: number;
  isFree: boolean;
}

interface Region {
  /** In the order of their offsets, without a gap. */
  chunks: Chunk[];
  usedBytes: number;
}

export class Arena {
  readonly #regions: Region[] = [];
  #nextRegionBytes = firstRegionBytes;

  allocate(bytes: number): Chunk {
    const rounded = Math.max(1, Math.ceil(bytes / granuleBytes)) * granuleBytes;
    const chunk = this.#findChunk(rounded) ?? this.#extend(rounded);
    if (chunk.bytes >= 2 * rounded || chunk.bytes - rounded >= largestWasteBytes) {
      const { region, offset } = chunk;
      const rest = { region, offset: offset + rounded, bytes: chunk.bytes - rounded, isFree: true };
      region.chunks.splice(region.chunks.indexOf(chunk) + 1, 0, rest);
      chunk.bytes = rounded;
    }
    chunk.isFree = false;
    chunk.region.usedBytes = Math.max(chunk.region.usedBytes, chunk.offset + rounded);
    return chunk;
  }

  free(chunk: Chunk): void {
    const { chunks } = chunk.region;
    const at = chunks.indexOf(chunk);
    const [before, after] = [chunks[at - 1], chunks[at + 1]];
    chunk.isFree = true;
    if (after?.isFree === true) {
      chunk.bytes += after.bytes;
      chunks.splice(at + 1, 1);
    }
    if (before?.isFree === true) {
      before.bytes += chunk.bytes;
      chunks.splice(at, 1);
    }
  }

  /** Memory that was handed out at any time. */
  get usedBytes(): number {
    return this.#regions.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  }

  /** The smallest that fits; of equal ones that of the latest region, which lies lowest in memory. */
  #findChunk(bytes: number): Chunk | undefined {
    let best: Chunk | undefined;
    for (const { chunks } of this.#regions.toReversed()) {
      for (const chunk of chunks) if (chunk.isFree && chunk.bytes >= bytes && chunk.bytes < (best?.bytes ?? Infinity)) best = chunk;
    }
    return best;
  }

  #extend(bytes: number): Chunk {
    const isEnough = bytes <= this.#nextRegionBytes;
    while (bytes > this.#nextRegionBytes) this.#nextRegionBytes *= 2;
    const region: Region = { chunks: [], usedBytes: 0 };
    const chunk = { region, offset: 0, bytes: this.#nextRegionBytes, isFree: true };
    region.chunks.push(chunk);
    this.#regions.push(region);
    if (isEnough) this.#nextRegionBytes = Math.min(2 * this.#nextRegionBytes, Math.max(largestGrowthBytes, this.#nextRegionBytes));
    return chunk;
  }
}

import { AppError } from '@eyegazer/core';
import { openRegularFile } from '../files/open-regular-file.js';
import type { FloatDtype } from '../safetensors/dtypes.js';
import type { ViTTensor } from './find-vit-tensors.js';
import type { BaseModel } from './load-base-model.js';

/** Read at a time, whatever the size of a tensor. A multiple of every element size. */
const chunkBytes = 4 * 1024 * 1024;

/** A float whose exponent bits are all ones is NaN or infinite. */
const exponentMasks: Readonly<Record<FloatDtype, number>> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };

/**
 * Reads every weight of a model once, in bounded memory, and refuses NaN and infinity: training on them would end in a
 * loss of NaN hours later. For the moment a model comes in, not for each run.
 * @throws AppError BAD_MODEL naming file, tensor and place, BAD_FILE when a file has shrunk, the signal's reason
 */
export async function checkFinite({ tensors }: Pick<BaseModel, 'tensors'>, signal?: AbortSignal): Promise<void> {
  const buffer = new ArrayBuffer(chunkBytes);
  for (const path of new Set([...tensors.values()].map((tensor) => tensor.path))) {
    const handle = await openRegularFile(path);
    try {
      const inFile = [...tensors.values()].filter((tensor) => tensor.path === path);
      for (const tensor of inFile.sort((a, b) => a.byteOffset - b.byteOffset)) {
        for (let done = 0; done < tensor.byteLength; ) {
          signal?.throwIfAborted();
          const wanted = Math.min(chunkBytes, tensor.byteLength - done);
          const filled = await fill(handle, new Uint8Array(buffer, 0, wanted), tensor.byteOffset + done);
          if (filled < wanted) throw new AppError('BAD_FILE', `${path}: tensor "${tensor.nameInFile}": expected ${tensor.byteLength} bytes, got ${done + filled}. The file has shrunk.`);
          checkChunk(tensor, buffer, { done, bytes: wanted });
          done += wanted;
        }
      }
    } finally {
      await handle.close();
    }
  }
}

async function fill(handle: Awaited<ReturnType<typeof openRegularFile>>, bytes: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.byteLength) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function checkChunk({ dtype, nameInFile, path, shape }: ViTTensor, buffer: ArrayBuffer, { done, bytes }: { done: number; bytes: number }): void {
  const mask = exponentMasks[dtype];
  const words = dtype === 'F32' ? new Uint32Array(buffer, 0, bytes / 4) : new Uint16Array(buffer, 0, bytes / 2);
  let bad = 0;
  while (bad < words.length && (words[bad]! & mask) !== mask) bad++;
  if (bad === words.length) return;
  const place = done / words.BYTES_PER_ELEMENT + bad;
  throw new AppError(
    'BAD_MODEL',
    `${path}: tensor "${nameInFile}": expected finite numbers, got NaN or infinity at value ${place} of [${shape.join(', ')}]. The checkpoint is damaged, or its training had diverged; use another one.`,
    { details: { tensor: nameInFile, place } },
  );
}

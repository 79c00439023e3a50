/** What every channel is shifted and divided by. */
export declare const pixelMean = 0.5;
/** Writes a model for images of a size as a Hugging Face folder; names of tensors are those of `vitTensorShapes`. */
export declare function writeModel(folder: string, imageSize: number, tensorOf: (name: string, shape: readonly number[]) => Float32Array): Promise<void>;
/** Random weights but for the patch projection; biases 0, norms 1. What adds to the residual stream starts small. */
export declare function freshTensor(seed: number): (name: string, shape: readonly number[]) => Float32Array;
//# sourceMappingURL=model-files.d.ts.map
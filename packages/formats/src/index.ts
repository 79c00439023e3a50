export { readCsvRows, type CsvRow } from './csv/read-csv-rows.js';
export { writeCsvRow } from './csv/write-csv-row.js';
export type { Resample } from './image/resample-filters.js';
export { resizePil, type ResizeOptions } from './image/resize-pil.js';
export type { RgbImage } from './image/rgb-image.js';
export { readJsonRows, type JsonRow } from './json/read-json-rows.js';
export { encodeOnnx } from './onnx/encode-onnx.js';
export {
  onnxDataTypes,
  type OnnxAttribute,
  type OnnxDataType,
  type OnnxInitializer,
  type OnnxInitializerData,
  type OnnxModel,
  type OnnxNode,
  type OnnxValueInfo,
} from './onnx/onnx-model.js';
export { createParquetWriter, type ParquetPieces, type WrittenColumn, type WrittenValue } from './parquet/create-parquet-writer.js';
export { openParquet, type ParquetBytes, type ParquetFile } from './parquet/open-parquet.js';
export type { ParquetKind, ParquetLeaf } from './parquet/parquet-leaves.js';
export type { Dtype } from './safetensors/dtypes.js';
export { encodeHalves } from './safetensors/encode-halves.js';
export { openSafetensors, type SafetensorsFile } from './safetensors/open-safetensors.js';
export type { TensorEntry } from './safetensors/parse-header.js';
export { parseSafetensors, type SafetensorsBytes } from './safetensors/parse-safetensors.js';
export { writeSafetensors, type FloatTensor } from './safetensors/write-safetensors.js';
export { writeSafetensorsFile, type TensorSource } from './safetensors/write-safetensors-file.js';
export { readImageClassifier, type ReadClassifier } from './hf/read-image-classifier.js';
export { writeImageClassifier, type ImageClassifier } from './hf/write-image-classifier.js';
export { checkFinite } from './hf/check-finite.js';
export { fitImage } from './hf/fit-image.js';
export { interpolatePositions, type PositionGrid } from './hf/interpolate-positions.js';
export { pixelsFromRgb } from './hf/pixels-from-rgb.js';
export { createPixelScale, type PixelScale } from './hf/pixel-scale.js';
export { findViTTensors, type ViTTensor, type ViTTensors } from './hf/find-vit-tensors.js';
export { checkImageSize, defaultImageSize, loadBaseModel, type BaseModel, type LoadOptions } from './hf/load-base-model.js';
export { explainForeignWeights } from './hf/foreign-weights.js';
export { openCheckpoint, parseShardIndex, type Checkpoint, type StoredTensor } from './hf/open-checkpoint.js';
export { parsePreprocessorConfig, scalePreprocessor, writePreprocessorConfig, type PreprocessorConfig } from './hf/preprocessor-config.js';
export { countRegisterTokens, headFeatures, parseViTConfig, vitModelTypes, writeViTConfig, type ViTConfig, type ViTModelType } from './hf/vit-config.js';
export { checkpointTensorName, ownTensorName, vitFamilies, type ViTFamily } from './hf/vit-families.js';
export { vitLayersPaths, vitLinearPaths } from './hf/vit-linear-paths.js';
export { vitTensorShapes } from './hf/vit-tensor-shapes.js';
export { findLoraModules, loraModuleName, type DiskNames, type LoraModule, type ModuleNaming } from './peft/find-lora-modules.js';
export { createLoraConfig, loraScaling, type LoraConfig } from './peft/lora-config.js';
export { countTrainableParameters } from './peft/count-trainable-parameters.js';
export { classifierTensorNames, linearFeatures, loraTensorName, loraTensorShapes } from './peft/lora-tensor-names.js';
export { readPeftAdapter, type ReadAdapter } from './peft/read-peft-adapter.js';
export { writePeftAdapter, type AdapterNaming, type PeftAdapter } from './peft/write-peft-adapter.js';

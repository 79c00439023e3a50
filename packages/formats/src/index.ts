export { readCsv, type CsvRow } from './csv/read-csv.js';
export { writeCsvRow } from './csv/write-csv-row.js';
export type { Resample } from './image/resample-filters.js';
export { resizePil, type ResizeOptions } from './image/resize-pil.js';
export type { RgbImage } from './image/rgb-image.js';
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
export type { Dtype } from './safetensors/dtypes.js';
export { openSafetensors, type SafetensorsFile } from './safetensors/open-safetensors.js';
export type { TensorEntry } from './safetensors/parse-header.js';
export { parseSafetensors, type SafetensorsBytes } from './safetensors/parse-safetensors.js';
export { writeSafetensors, type FloatTensor } from './safetensors/write-safetensors.js';
export { pixelsFromRgb } from './hf/pixels-from-rgb.js';
export { findViTTensors, type ViTTensor, type ViTTensors } from './hf/find-vit-tensors.js';
export { loadBaseModel, type BaseModel } from './hf/load-base-model.js';
export { parsePreprocessorConfig, writePreprocessorConfig, type PreprocessorConfig } from './hf/preprocessor-config.js';
export { headFeatures, parseViTConfig, vitModelTypes, writeViTConfig, type ViTConfig, type ViTModelType } from './hf/vit-config.js';
export { vitLayersPaths, vitLinearPaths } from './hf/vit-linear-paths.js';
export { vitTensorShapes } from './hf/vit-tensor-shapes.js';
export { findLoraModules, loraModuleName, type LoraModule, type ModuleNaming } from './peft/find-lora-modules.js';
export { createLoraConfig, loraScaling, type LoraConfig } from './peft/lora-config.js';
export { countTrainableParameters } from './peft/count-trainable-parameters.js';
export { classifierTensorNames, linearFeatures, loraTensorName, loraTensorShapes } from './peft/lora-tensor-names.js';
export { readPeftAdapter, type ReadAdapter } from './peft/read-peft-adapter.js';
export { writePeftAdapter, type AdapterNaming, type PeftAdapter } from './peft/write-peft-adapter.js';

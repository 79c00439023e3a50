export { resampleNumbers, type Resample } from './image/resample-filters.js';
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
export { dtypeBytes, type Dtype } from './safetensors/dtypes.js';
export { openSafetensors, type SafetensorsFile } from './safetensors/open-safetensors.js';
export type { TensorEntry } from './safetensors/parse-header.js';
export { parseSafetensors, type SafetensorsBytes } from './safetensors/parse-safetensors.js';
export { writeSafetensors, type FloatTensor } from './safetensors/write-safetensors.js';

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

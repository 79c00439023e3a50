export { type AugmentPresetName } from './augment/augment-presets.js';
export { decodeImage, maxImagePixels } from './image/decode-image.js';
export { renderThumbnail } from './image/render-thumbnail.js';
export { createLoader, type Loader, type LoaderOptions } from './loader/create-loader.js';
export { loadDatasetVersion, type DatasetVersion } from './version/load-dataset-version.js';

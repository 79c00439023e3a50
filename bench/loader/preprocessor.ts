import { parsePreprocessorConfig } from '@eyegazer/formats';

/** 224 x 224, as ViT and DeiT have it. */
export const preprocessor = parsePreprocessorConfig({}, 'preprocessor_config.json');

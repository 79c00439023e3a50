/** The Hugging Face layouts that a version is exported in. */
export const exportLayouts = ['parquet', 'imagefolder'] as const;
export type ExportLayout = (typeof exportLayouts)[number];

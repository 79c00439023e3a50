/** The features that the library `datasets` looks for under the key `huggingface` of a parquet file. */
export function noteFeatures(others: Readonly<Record<string, unknown>>, classNames: readonly string[]): { huggingface: string } {
  return { huggingface: JSON.stringify({ info: { features: { ...others, label: { names: classNames, _type: 'ClassLabel' } } } }) };
}

/** Folder for the bundle of an experiment: letters, digits, dots and dashes survive in any file system. */
export function bundleFolder(experimentName: string): string {
  const plain = experimentName.normalize('NFKD').replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/-{2,}/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `eyegazer-${plain.slice(0, 100) || 'experiment'}`;
}

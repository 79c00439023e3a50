/** What a bundle is called as a folder or, with an ending, as a file: letters, digits, dots and dashes survive in any file system and any header. */
export function bundleName(experimentName: string): string {
  const plain = experimentName.normalize('NFKD').replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/-{2,}/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `eyegazer-${plain.slice(0, 100) || 'experiment'}`;
}

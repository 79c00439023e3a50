/** `aptos@3` as the two things that a form asks for. */
export interface DatasetReference {
  name: string;
  /** Null is the newest there is when the experiment is submitted. */
  version: number | null;
}

export function parseReference(text: string): DatasetReference {
  const match = /^(.*)@(\d+)$/.exec(text);
  return match ? { name: match[1] ?? '', version: Number(match[2]) } : { name: text, version: null };
}

export function formatReference({ name, version }: DatasetReference): string {
  return version === null ? name : `${name}@${version}`;
}

/**
 * Blanks out what must not leave the process, wherever a driver or a person put it into a sentence: passwords inside
 * URLs, tokens and session secrets by their shape, whatever follows `Bearer`, signatures of signed URLs.
 */
const shapes: readonly [pattern: RegExp, replacement: string][] = [
  // postgresql://user:password@host -> postgresql://user:[hidden]@host
  // No scheme before it: whoever sends a line of 'a.a.a.' would have it searched from every letter on.
  [/(:\/\/[^\s:/@"]*):[^\s/@"]+@/g, '$1:[hidden]@'],
  [/\b(?:ey[gs]_[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,})/g, '[hidden]'],
  [/\b(Bearer\s+)[^\s"\\,;]+/gi, '$1[hidden]'],
  [/\b(eyegazer_session=)[^\s";\\]+/g, '$1[hidden]'],
  [/([?&](?:ssl)?password=)[^\s"&\\]+/gi, '$1[hidden]'],
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^\s"&\\]+/gi, '$1[hidden]'],
];

/** Looked for literally only if it could not be a word of the log itself: `eyegazer` as a password would blank out half of it. */
const isDistinct = (literal: string): boolean => literal.length >= 8 && !/^[a-z]+$/.test(literal);

/** @param literals secrets known by value, which are hidden as they are, in JSON and in URLs */
export function createSecretHider(literals: readonly string[]): (text: string) => string {
  const spellings = literals
    .filter(isDistinct)
    .flatMap((literal) => [literal, JSON.stringify(literal).slice(1, -1), encodeURIComponent(literal)]);
  const known = [...new Set(spellings)];
  return (text) => {
    let hidden = text;
    for (const spelling of known) hidden = hidden.replaceAll(spelling, '[hidden]');
    for (const [pattern, replacement] of shapes) hidden = hidden.replace(pattern, replacement);
    return hidden;
  };
}

/** Variables of this process's environment that are secret by themselves; passwords inside URLs are found by their shape. */
const secretVariables = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'EYEGAZER_TOKEN', 'HF_TOKEN', 'PGPASSWORD'];
const urlVariables = ['DATABASE_URL', 'REDIS_URL', 'S3_ENDPOINT', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'];

/** What an environment holds that no log may show, as it is and as it stands in its URL. */
export function findSecrets(environment: Readonly<Record<string, string | undefined>>): string[] {
  const found = secretVariables.map((name) => environment[name]);
  for (const name of urlVariables) {
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^:/@]*:([^/@]+)@/i.exec(environment[name] ?? '')?.[1];
    found.push(password, password && decodeLoosely(password));
  }
  return [...new Set(found.filter((secret) => secret !== undefined && secret !== ''))] as string[];
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The names of the secrets that bytes hold, in any of the spellings that they may take on their way. */
export function findSecretsIn(bytes: Uint8Array | string, secrets: ReadonlyMap<string, string>): string[] {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return [...secrets].filter(([, secret]) => spellingsOf(secret).some((spelling) => text.includes(spelling))).map(([name]) => name);
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')];
}

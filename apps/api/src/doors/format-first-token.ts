const line = '='.repeat(72);

/** What a person must see who starts a server that asks for tokens for the first time; it is shown once and kept nowhere. */
export function formatFirstToken({ token, url }: { token: string; url: string }): string {
  return `
${line}
  The first admin token of this server. It is shown this once:

    ${token}

  In a browser:     open ${url} and sign in with it
  On a command line: eyegazer login --url ${url}
  Then make a token for everybody else, and one with the role worker for
  each machine that trains (EYEGAZER_TOKEN). Keep it as you keep a password.
${line}
`;
}

const narrow = 80;

/** Text below a command's help: what people type, and beside it, or below where that is too wide, what it does. */
export function examples(...lines: readonly (readonly [command: string, does: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const isWide = lines.some(([, does]) => width + does.length + 6 > narrow);
  return `\nExamples:\n${lines.map(([command, does]) => (isWide ? `  $ ${command}\n      ${does}` : `  $ ${command.padEnd(width)}  ${does}`)).join('\n')}\n`;
}

export const exitCodeHelp = `
Exit codes:
  0  done                          10  the watched run failed
  1  failed                        11  the watched run was cancelled
  2  wrong usage or bad input      12  a health rule stopped the watched run
  3  no such thing                130  ended by Ctrl-C
  4  not logged in or not allowed
  5  the server cannot be reached

Environment:
  EYEGAZER_URL    address of the server, as --url
  EYEGAZER_TOKEN  access token, in place of a login
  NO_COLOR        no colours
`;

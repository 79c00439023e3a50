/** Text below a command's help: what people type. */
export function examples(...lines: readonly (readonly [command: string, does: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines.map(([command, does]) => `  $ ${command.padEnd(width)}  ${does}`).join('\n')}\n`;
}

export const exitCodeHelp = `
Exit codes:
  0  done                          10  the watched run failed
  1  failed                        11  the watched run was cancelled
  2  wrong usage or bad input      12  the watched run was stopped by a health rule
  3  no such thing                130  ended by Ctrl-C
  4  not logged in or not allowed
  5  the server cannot be reached

Environment:
  EYEGAZER_URL    address of the server, as --url
  EYEGAZER_TOKEN  access token, in place of a login
  NO_COLOR        no colours
`;

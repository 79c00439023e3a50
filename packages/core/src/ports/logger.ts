/** Structured log; `fields` first, as pino has it. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  /** What a person who runs this wants to know. */
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  /** The process ends for this. */
  fatal(fields: Record<string, unknown>, message: string): void;
  /** The same log, whose every line carries these fields too. */
  child(fields: Record<string, unknown>): Logger;
}

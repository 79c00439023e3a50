/** One CSV line, ended by a line feed; fields are quoted where they must be (RFC 4180). Numbers read back exactly. */
export function writeCsvRow(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => writeField(String(field))).join(',')}\n`;
}

function writeField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

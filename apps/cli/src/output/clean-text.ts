/**
 * Text from a server as one line that a terminal can show: control characters, which could move the cursor or fake
 * output, and marks that reverse the writing direction become visible question marks; line breaks become spaces.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** Options of what is there, and of what was chosen even if it is not. */
export function withChosen(names: readonly string[], chosen: string): { value: string; text: string }[] {
  const options = names.map((name) => ({ value: name, text: name }));
  return names.includes(chosen) ? options : [{ value: chosen, text: chosen }, ...options];
}

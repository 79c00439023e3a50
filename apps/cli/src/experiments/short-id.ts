/** The beginning of an id: 40 random bits, which tell the experiments of one server apart and can be given in place of the whole. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

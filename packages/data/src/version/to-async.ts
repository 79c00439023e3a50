/** What is at hand, for whoever takes it in its own time. */
export async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

import type { Page } from '@eyegazer/core';

/** Everything on all pages of a list, page after page as it is asked for: `listAll((cursor) => api.listModels({ cursor }))`. */
export async function* listAll<T>(fetchPage: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void, void> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await fetchPage(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

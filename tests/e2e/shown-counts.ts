import type { Page } from 'playwright-core';

/** Numbers of a table of counts on a page: train and held out of each class. */
export function readShownCounts(page: Page, testId: string): Promise<number[][]> {
  return page
    .locator(`[data-testid="${testId}"] .split-counts tbody tr`)
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td.num:not(.muted)')].map((cell) => Number(cell.textContent?.replace(',', '')))));
}

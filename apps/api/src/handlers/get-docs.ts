import { docsHtml, docsPolicy } from '../docs/docs-page.js';
import type { Handler } from '../http/route.js';

/** The API's document as a page that can be browsed and tried out. */
export const getDocs: Handler<'getDocs'> = async (_api, { response }) => {
  response.set({ 'Content-Security-Policy': docsPolicy, 'Cache-Control': 'no-cache' }).type('html').send(docsHtml);
  return undefined;
};

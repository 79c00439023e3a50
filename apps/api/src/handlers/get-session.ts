import type { Handler } from '../http/route.js';
import { presentSession } from '../services/present-session.js';

/** Who is asking, as the server sees it. */
export const getSession: Handler<'getSession'> = async (api, { visit }) => ({ body: await presentSession(api, visit.caller) });

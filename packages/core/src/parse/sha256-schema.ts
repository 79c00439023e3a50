import { z } from 'zod';

/** A sha256 as 64 lower-case hex digits: the name of an artifact. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

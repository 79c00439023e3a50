import { z } from 'zod';

/** `eyg_` and 32 random bytes as base64url. */
export const accessTokenPattern = /^eyg_[A-Za-z0-9_-]{43}$/;

/** A token as a person or program shows it. What was shown is never repeated: it may be a token with a slip in it. */
export const accessTokenSchema = z.string().regex(accessTokenPattern, 'expected a token: eyg_ and 43 letters, digits, dashes or underscores');

import { createOpenApi } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { apiVersion } from '../services/api-version.js';

const document = createOpenApi({ version: apiVersion, serverUrl: '/' });

/** The API as an OpenAPI document. */
export const getOpenApi: Handler<'getOpenApi'> = async () => ({ body: { ...document } });

export { AppError, type AppErrorOptions } from './errors/app-error.js';
export { errorCodes, type ErrorCode } from './errors/error-codes.js';
export { createErrorRecord, errorRecordSchema, type ErrorRecord } from './errors/error-record.js';
export { createRandomKey, randomNormal, randomUint32, randomUniform, threefry2x32, type RandomKey } from './random/counter-random.js';

import { AppError } from '@eyegazer/core';

/** What `work` answers, unless it takes longer: then it goes on, but nobody waits for it. @throws AppError UNAVAILABLE after `limitMs` */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('UNAVAILABLE', `Expected an answer within ${limitMs / 1000} s, got none.`)), limitMs);
  });
  // What fails after its time fails unheard.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

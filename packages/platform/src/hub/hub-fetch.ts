import { describeHubAnswer, describeHubFailure, type HubRepo } from './hub-errors.js';

/** Until an answer begins. */
const longestSilenceMs = 15_000;

/**
 * The fetch that the hub's client is given. It alone knows the token, and sends it to the hub's own origin only: not to the storage
 * that the hub redirects to, and not where a link in an answer leads. What is no success becomes an AppError.
 * @param signal ends the request, and the answer's body too
 */
export function createHubFetch(repo: HubRepo, signal: AbortSignal): typeof fetch {
  const { endpoint, token } = repo.settings;
  const { origin } = new URL(endpoint);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.delete('authorization');
    if (token !== null && url.origin === origin) headers.set('authorization', `Bearer ${token}`);
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new DOMException('no answer in time', 'TimeoutError')), longestSilenceMs);
    try {
      // On the way to another origin, fetch itself drops the header.
      const response = await fetch(url, { ...init, headers, signal: AbortSignal.any([signal, silence.signal]) });
      if (!response.ok) {
        await response.body?.cancel();
        throw describeHubAnswer(response, repo);
      }
      return skipWhatWasNotAsked(response, headers.get('range'));
    } catch (error) {
      signal.throwIfAborted();
      throw describeHubFailure(error, repo);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** A mirror that knows no ranges sends everything from the start. */
function skipWhatWasNotAsked(response: Response, range: string | null): Response {
  let left = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  if (response.status === 206 || left === 0 || response.body === null) return response;
  const rest = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        const skipped = Math.min(left, bytes.byteLength);
        left -= skipped;
        if (skipped < bytes.byteLength) controller.enqueue(bytes.subarray(skipped));
      },
    }),
  );
  return new Response(rest, { status: 206, headers: response.headers });
}

/** Ends with 0 when the API of this container answers. */
const limitMs = 4000;

const response = await fetch(`http://127.0.0.1:${process.env.PORT || 4400}/api/health`, { signal: AbortSignal.timeout(limitMs) });
if (!response.ok) {
  console.error(`The API answered ${response.status}.`);
  process.exitCode = 1;
}

/** A signal sent twice within this time in ms (by the terminal and by npm, say) counts once. */
const echoMs = 1000;

/** Turns Ctrl-C into an orderly stop; asked a second time, the process ends at once. */
export function stopSignal(onStop: () => void): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let first = 0;
  const handle = (): void => {
    if (first !== 0 && Date.now() - first < echoMs) return;
    if (first !== 0) process.exit(130);
    first = Date.now();
    onStop();
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}

// What signals do to a program of ours.

const ends = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Their default is to end the process at once, which nobody who sends them to a service means. */
const harmless = ['SIGUSR1', 'SIGUSR2'] as const;

/**
 * Aborts when the process shall end in order: on SIGTERM, on Ctrl-C, and when its terminal is closed. A further signal changes
 * nothing: the end goes on. Call it before anything is started that has to be ended.
 */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ends) process.on(signal, () => stopping.abort());
  ignore(harmless);
  return stopping.signal;
}

/** For a process that its parent ends: Ctrl-C and a closed terminal reach the whole process group. SIGTERM ends it at once. */
export function leaveEndToParent(): void {
  ignore(['SIGINT', 'SIGHUP', ...harmless]);
}

function ignore(signals: readonly NodeJS.Signals[]): void {
  for (const signal of signals) process.on(signal, () => undefined);
}

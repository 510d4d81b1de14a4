// How a program of the simulator ends: in order, on every signal that asks for it, and whatever is still under way.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Their default is to end the process at once, with all that it started left behind, or to open Node's debugger. */
const harmless = ['SIGUSR1', 'SIGUSR2'] as const;
/** How long a reader of the output has to take the last lines, in ms. */
const lastWordsMs = 1_000;

/** An end in order takes no longer, in ms. After it the process exits, and what it started ends with it (setpriv, --pdeathsig). */
const inOrderMs = 4_000;

let owns = false;

/**
 * Aborts, with the reason for a person, when the program shall end. A further signal changes nothing; SIGUSR1 and SIGUSR2 never do.
 * From now on, processes that it starts are in groups of their own: Ctrl-C reaches this program only, which ends them in their order.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of signals)
    process.on(signal, () => interrupted.abort(new Error(`Interrupted by ${signal}.`)));
  for (const signal of harmless) process.on(signal, () => undefined);
  interrupted.signal.addEventListener('abort', () => setTimeout(() => process.exit(1), inOrderMs).unref());
  // whoever watched has gone: a closed terminal, a pipe into head
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => interrupted.abort(new Error('Nobody reads the output any more.')));
  owns = true;
  return interrupted.signal;
}

/** Option of `spawn` for a process that this one ends: whether it is in a group of its own. */
export const ownGroup = (): { detached: boolean } => ({ detached: owns });

/** Ends the process when its output is written, whatever timers and sockets are left of work that was interrupted. */
export function exitWith(code: number): void {
  const last = () => process.exit(code);
  setTimeout(last, lastWordsMs);
  process.stdout.write('', () => process.stderr.write('', last));
}

/** Runs every step, also after one that failed. Errors: the first. */
export async function closeAll(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps)
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}

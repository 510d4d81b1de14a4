// Waits for a prompt on the screen.
import type { FrontPanel, ShownPrompt } from '../customer/front-panel.ts';
import { TerminalError } from './terminal-error.ts';

type Conditions = NonNullable<ShownPrompt['conditions']>;

export interface UntilShownOptions {
  withinMs?: number;
  /** Tells by its code a condition with which the wait is given up at once. Default: none. */
  isHopeless?(code: string): boolean;
}

/** Max wait for a prompt, in ms: much more than a slow machine under load needs. */
const maxWaitMs = 120_000;

/** Resolves when the screen shows prompt `id`. Errors: TerminalError with the conditions that are not met. */
export async function untilShown(
  panel: FrontPanel,
  id: string,
  { withinMs = maxWaitMs, isHopeless = () => false }: UntilShownOptions = {},
): Promise<void> {
  const shown = Promise.withResolvers<void>();
  const giveUp = (why: Conditions) =>
    shown.reject(
      new TerminalError(
        why[0]?.part ?? 'panel',
        why.length > 0
          ? `Out of service: ${why.map(({ code, hint }) => `${code} (${hint})`).join('; ')}`
          : `The screen shows ${panel.prompt?.id ?? 'nothing'} instead of ${id}.`,
      ),
    );
  const conditions = (): Conditions => panel.prompt?.conditions ?? [];
  const look = () => {
    const hopeless = conditions().filter(({ code }) => isHopeless(code));
    if (panel.prompt?.id === id) shown.resolve();
    else if (hopeless.length > 0) giveUp(hopeless);
  };
  const stop = panel.onSeen(look);
  const timer = setTimeout(() => giveUp(conditions()), withinMs);
  look();
  try {
    await shown.promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

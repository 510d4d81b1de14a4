// Waits for a prompt on the screen.
import type { FrontPanel } from '../customer/front-panel.ts';
import { TerminalError } from './terminal-error.ts';

/** Max wait for a prompt, in ms: much more than a slow machine under load needs. */
const maxWaitMs = 120_000;

/** Resolves when the screen shows prompt `id`. Errors: TerminalError with the conditions that are not met. */
export async function untilShown(panel: FrontPanel, id: string, withinMs = maxWaitMs): Promise<void> {
  if (panel.prompt?.id === id) return;
  const shown = Promise.withResolvers<void>();
  const stop = panel.onSeen(seen => {
    if (seen.is === 'prompt' && seen.prompt.id === id) shown.resolve();
  });
  const timer = setTimeout(() => {
    const { id: now, conditions = [] } = panel.prompt ?? { id: 'nothing' };
    const [first] = conditions;
    shown.reject(
      new TerminalError(
        first?.part ?? 'panel',
        first
          ? `Out of service: ${conditions.map(({ code, hint }) => `${code} (${hint})`).join('; ')}`
          : `The screen shows ${now} instead of ${id}.`,
      ),
    );
  }, withinMs);
  try {
    await shown.promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

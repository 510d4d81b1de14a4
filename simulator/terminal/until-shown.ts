// Waits for what the screen shows.
import type { FrontPanel } from '../customer/front-panel.ts';
import { TerminalError } from './terminal-error.ts';

/** A net for what never comes, in ms: far more than a slow machine under load needs. */
const patienceMs = 120_000;

/** Resolves when the screen shows prompt `id`. Errors: TerminalError naming the legs that stand in the way. */
export async function untilShown(panel: FrontPanel, id: string, withinMs = patienceMs): Promise<void> {
  if (panel.prompt?.id === id) return;
  const shown = Promise.withResolvers<void>();
  const stop = panel.onSeen(seen => {
    if (seen.is === 'prompt' && seen.prompt.id === id) shown.resolve();
  });
  const timer = setTimeout(() => {
    const { id: now, legs = [] } = panel.prompt ?? { id: 'nothing' };
    const [first] = legs;
    shown.reject(
      new TerminalError(
        first?.leg ?? 'panel',
        first
          ? `Out of service: ${legs.map(({ code, hint }) => `${code} (${hint})`).join('; ')}`
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

// What the counter shows while nobody is served. Only changes are shown and logged: so the log says since when a terminal is open, or
// what it waits for.
import type { Prompt } from '../panel/messages.ts';
import type { Ports } from '../transaction/ports.ts';

export class CounterScreen {
  readonly #ports: Pick<Ports, 'log' | 'panel'>;
  #shown = '';

  constructor(ports: Pick<Ports, 'log' | 'panel'>) {
    this.#ports = ports;
  }

  show(prompt: Prompt): void {
    const missing = (prompt.conditions ?? []).map(({ code }) => code).join(' ');
    const what = `${prompt.id} ${missing}`;
    if (this.#shown === what) return;
    this.#shown = what;
    const { log, panel } = this.#ports;
    log.info('counter shows', { prompt: prompt.id, ...(missing && { missing }) });
    panel.show(prompt);
  }

  /** A transaction has shown its own prompts meanwhile. */
  forget(): void {
    this.#shown = '';
  }
}

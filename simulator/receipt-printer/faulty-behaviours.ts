// Faulty behaviours of a receipt printer. A sensor that a person corrects (`change`) stays correct.
import { type Behaviour, command } from './behaviour.ts';
import type { PrinterState } from './printer-state.ts';

/** The roll ends after `lines` printed lines. 0: it is empty at the start. */
export const paperOut = (lines = 0): Behaviour => onceAt(lines, { paper: 'out' });

/** The cover opens after `lines` printed lines. 0: it is open at the start. */
export const coverOpen = (lines = 0): Behaviour => onceAt(lines, { cover: 'open' });

/** Prints, and never sends the process ID response. */
export const noFenceAnswer = (): Behaviour => command('GS ( H', () => ({}));

/** Accepts all bytes and answers nothing, like a printer that is switched off behind a serial converter. */
export const mute = (): Behaviour => () => ({});

function onceAt(lines: number, sensors: Partial<PrinterState>): Behaviour {
  let struck = false;
  return (_, state) => {
    if (struck || state.lines < lines) return undefined;
    struck = true;
    Object.assign(state, sensors);
    return undefined;
  };
}

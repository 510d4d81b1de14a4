// Faults of a receipt printer, each one small behaviour. What a person can mend (`change`) stays mended.
import { type Behaviour, command } from './behaviour.ts';
import type { PrinterState } from './printer-state.ts';

/** The roll ends after `lines` printed lines; 0: it is empty from the start. */
export const paperOut = (lines = 0): Behaviour => onceAt(lines, { paper: 'out' });

/** The cover opens after `lines` printed lines; 0: it is open from the start. */
export const coverOpen = (lines = 0): Behaviour => onceAt(lines, { cover: 'open' });

/** Prints, and never says so. */
export const noFenceAnswer = (): Behaviour => command('GS ( H', () => ({}));

/** Takes everything and answers nothing, as one that is switched off behind a converter. */
export const mute = (): Behaviour => () => ({});

function onceAt(lines: number, sensors: Partial<PrinterState>): Behaviour {
  let begun = false;
  return (_, state) => {
    if (begun || state.lines < lines) return undefined;
    begun = true;
    Object.assign(state, sensors);
    return undefined;
  };
}

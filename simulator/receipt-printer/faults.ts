// Faults of a receipt printer, each one small behaviour.
import { type Behaviour, command } from './behaviour.ts';

/** The roll ends after `lines` more lines than none; 0: it is empty from the start. */
export const paperOut =
  (lines = 0): Behaviour =>
  (_, state) => {
    if (state.lines >= lines) state.paper = 'out';
    return undefined;
  };

export const coverOpen = (): Behaviour => (_, state) => {
  state.cover = 'open';
  return undefined;
};

/** Prints, and never says so. */
export const noFenceAnswer = (): Behaviour => command('GS ( H', () => ({}));

/** Takes everything and answers nothing, as one that is switched off behind a converter. */
export const mute = (): Behaviour => () => ({});

import { type ErrorOptions, MadoguchiError } from '../../drivers/contract/error.ts';

export type PanelErrorCode = 'panel/offline' | 'panel/declined' | 'panel/timeout';

const texts: Record<PanelErrorCode, readonly [message: string, hint: string]> = {
  'panel/offline': ['No panel is connected.', 'Start the screen of the terminal, or check its connection.'],
  'panel/declined': ['The resident pressed cancel.', 'Nothing needs to be done.'],
  'panel/timeout': ['The till did not answer in time.', 'Check the till and its connection to the panel.'],
};

/** A question or payment that the panel did not bring to an end. */
export class PanelError extends MadoguchiError {
  declare readonly code: PanelErrorCode;
  constructor(code: PanelErrorCode, options: ErrorOptions = {}) {
    super(code, ...texts[code], options);
  }
}

export const isPanelError = (error: unknown): error is PanelError => error instanceof PanelError;

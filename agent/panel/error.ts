import { type ErrorOptions, MadoguchiError } from '../../drivers/contract/error.ts';

/** All codes, for docs/codes.md. */
export const panelCodes = {
  'panel/offline': ['No panel is connected.', 'Start the screen of the terminal, or check its connection.'],
  'panel/declined': ['The resident pressed cancel.', 'Nothing needs to be done.'],
  'panel/timeout': ['The till did not answer in time.', 'Check the till and its connection to the panel.'],
} as const satisfies Record<string, readonly [message: string, hint: string]>;

export type PanelErrorCode = keyof typeof panelCodes;

/** A question or payment that the panel did not bring to an end. */
export class PanelError extends MadoguchiError {
  declare readonly code: PanelErrorCode;
  constructor(code: PanelErrorCode, options: ErrorOptions = {}) {
    const [message, hint] = panelCodes[code];
    super(code, message, hint, options);
  }
}

export const isPanelError = (error: unknown): error is PanelError => error instanceof PanelError;

import { type Codes, errorOf } from '../../drivers/base/error.ts';

/** All codes, for docs/codes.md. */
export const panelCodes = {
  'panel/offline': [
    'No panel is connected.',
    'Start the screen of the terminal, or check its connection.',
    'connectionLost',
  ],
  'panel/declined': ['The resident pressed cancel.', 'Nothing needs to be done.', 'canceled'],
  'panel/timeout': [
    'The till did not answer in time.',
    'Check the till and its connection to the panel.',
    'timeout',
  ],
  'panel/wrongAmount': [
    'The till reported an amount that the state of the payment does not allow.',
    'Report it to whoever made the till’s software: docs/panel.md says what paidYen must be.',
    'invalidData',
  ],
  'panel/wrongAnswer': [
    'The till’s answer is not what the panel’s protocol allows.',
    'Report it to whoever made the till’s software: it was sent an error that names the field (docs/panel.md).',
    'invalidData',
  ],
} as const satisfies Codes;

/** A question or payment that the panel did not bring to an end. */
export class PanelError extends errorOf(panelCodes) {}

export const isPanelError = (error: unknown): error is PanelError => error instanceof PanelError;

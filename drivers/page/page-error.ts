// Errors of the page printer.
import { type Codes, type ErrorOptions, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const pageCodes = {
  'page/offline': [
    'The page printer does not answer',
    'Check that it is switched on and that its cable is plugged in',
    'connectionLost',
  ],
  'page/notAccepting': [
    'The page printer accepts no jobs',
    'Read the printer’s display, correct what it shows, and resume printing',
    'deviceNotReady',
  ],
  'page/busy': [
    'The page printer is still working on another job',
    'Wait until it is idle, or cancel that job',
    'deviceNotReady',
  ],
  'page/lost': [
    'The page printer does not have the job any more',
    'It was switched off and on, or somebody deleted the job: begin again',
    'commandErrorCode',
  ],
  'page/unknown': [
    'A document was sent; it is not known whether it was printed',
    'Check the output tray before anything is printed again: paper may be out',
    'commandErrorCode',
  ],
  'page/protocol': [
    'The page printer sent a response that is not valid IPP',
    'Restart the printer; check its model and firmware',
    'invalidData',
  ],
  'page/refused': [
    'The page printer refused the request',
    'Compare the printer’s paper and options with its profile',
    'unsupportedCommand',
  ],
} as const satisfies Codes;

export type PageErrorCode = keyof typeof pageCodes;

export class PageError extends errorOf(pageCodes) {
  /** `observed`: what was observed, in a few words; it is added to the message. */
  constructor(code: PageErrorCode, observed: string, options: Omit<ErrorOptions, 'observed'> = {}) {
    super(code, { ...options, observed });
  }
}

export const isPageError = (error: unknown): error is PageError => error instanceof PageError;

// What can go wrong at the page printer, for a program and for the person who stands in front of it.
import { type CompletionCode, type ErrorOptions, MadoguchiError } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const pageCodes = {
  'page/offline': [
    'The page printer does not answer',
    'Check that it is switched on and that its cable is plugged in',
    'connectionLost',
  ],
  'page/notAccepting': [
    'The page printer takes no jobs',
    'Read its own display, clear what it shows, and resume it',
    'deviceNotReady',
  ],
  'page/busy': [
    'The page printer is still at another job',
    'Wait until it is idle, or cancel that job',
    'deviceNotReady',
  ],
  'page/unknown': [
    'A document was sent and its fate is not known',
    'Paper may be out: look into the output tray before anything is printed again',
    'commandErrorCode',
  ],
  'page/protocol': [
    'The page printer gave an answer that is not IPP',
    'Restart it; check its model and firmware',
    'invalidData',
  ],
  'page/refused': [
    'The page printer refuses what was asked',
    'Compare its paper and options with the profile',
    'unsupportedCommand',
  ],
} as const satisfies Record<string, readonly [message: string, hint: string, CompletionCode]>;

export type PageErrorCode = keyof typeof pageCodes;

export class PageError extends MadoguchiError {
  declare readonly code: PageErrorCode;

  /** `why` is added to the code's own message: what was seen, in a few words. */
  constructor(code: PageErrorCode, why: string, options: ErrorOptions = {}) {
    const [message, hint, completion] = pageCodes[code];
    super(code, `${message} (${why})`, hint, { completion, ...options });
  }
}

export const isPageError = (error: unknown): error is PageError => error instanceof PageError;

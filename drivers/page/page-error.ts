// What can go wrong at the page printer, for a program and for the person who stands in front of it.
import { type ErrorOptions, MadoguchiError } from '../contract/error.ts';

/** Every code of this room with what to do next. */
const hints = {
  'page/offline': 'Check that the page printer is switched on and its cable is plugged in.',
  'page/notAccepting':
    'The page printer takes no jobs: read its own display, clear what it shows, resume it.',
  'page/busy': 'The page printer is still at another job: wait until it is idle, or cancel that job.',
  'page/unknown': 'Paper may be out: look in the output tray before anything is printed again.',
  'page/protocol': 'The page printer gave an answer that is not IPP: restart it, check model and firmware.',
  'page/refused': 'The page printer refuses this job: compare its paper and options with the profile.',
} as const;

export type PageErrorCode = keyof typeof hints;

export class PageError extends MadoguchiError {
  declare readonly code: PageErrorCode;

  constructor(code: PageErrorCode, message: string, options: ErrorOptions = {}) {
    super(code, message, hints[code], options);
  }
}

export const isPageError = (error: unknown): error is PageError => error instanceof PageError;

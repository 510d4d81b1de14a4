// What the native process itself refuses; all else are its devices' own codes.
import { type CompletionCode, type ErrorOptions, MadoguchiError } from '../contract/error.ts';

const settings = 'Correct the device in gate.json';

/** All codes, for docs/codes.md. */
export const nativeCodes = {
  'native/notConfigured': ['The settings have not come yet', 'Restart the gate', 'sequenceError'],
  'native/configured': ['The settings have come before', 'Restart the gate', 'sequenceError'],
  'native/unknownDriver': ['No driver of this name', settings, 'invalidData'],
  'native/unknownProfile': ['The driver has no profile of this name', settings, 'invalidData'],
} as const satisfies Record<string, readonly [message: string, hint: string, CompletionCode]>;

export type NativeCode = keyof typeof nativeCodes;

export class NativeError extends MadoguchiError {
  declare readonly code: NativeCode;

  constructor(code: NativeCode, options: Pick<ErrorOptions, 'detail' | 'cause'> = {}) {
    const [message, hint, completion] = nativeCodes[code];
    super(code, message, hint, { ...options, completion });
  }
}

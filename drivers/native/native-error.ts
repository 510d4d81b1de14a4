// What the native process itself refuses; all else are its devices' own codes.
import { type Codes, errorOf } from '../base/error.ts';

const settings = 'Correct the device in gate.json';

/** All codes, for docs/codes.md. */
export const nativeCodes = {
  'native/notConfigured': ['The settings have not come yet', 'Restart the gate', 'sequenceError'],
  'native/configured': ['The settings have come before', 'Restart the gate', 'sequenceError'],
  'native/unknownDriver': ['No driver of this name', settings, 'invalidData'],
  'native/unknownProfile': ['The driver has no profile of this name', settings, 'invalidData'],
} as const satisfies Codes;

export class NativeError extends errorOf(nativeCodes) {}

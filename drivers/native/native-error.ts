// Errors of the native process itself. All other codes are those of its devices.
import { type Codes, errorOf } from '../base/error.ts';

const settings = 'Correct the device in gate.json';

/** All codes, for docs/codes.md. */
export const nativeCodes = {
  'native/notConfigured': ['The native process has no settings yet', 'Restart the gate', 'sequenceError'],
  'native/configured': ['The native process already has its settings', 'Restart the gate', 'sequenceError'],
  'native/unknownDriver': ['There is no driver with this name', settings, 'invalidData'],
  'native/unknownProfile': ['The driver has no profile with this name', settings, 'invalidData'],
} as const satisfies Codes;

export class NativeError extends errorOf(nativeCodes) {}

// What can be wrong with a line, for a program and for the person at the machine.
import { type CompletionCode, MadoguchiError } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const lineCodes = {
  'line/absent': [
    'No device is at the place of this line',
    'Plug in the device and switch it on',
    'deviceNotReady',
  ],
  'line/denied': [
    'The device may not be opened by this user',
    'Put the service user into the group that owns the device',
    'hardwareError',
  ],
  'line/busy': ['Another process holds the device', 'Stop the other program that uses it', 'hardwareError'],
  'line/unusable': [
    'The device cannot be opened with these settings',
    'Check path, speed and parity',
    'hardwareError',
  ],
  'line/lost': ['The device went away', 'Check the plug and the power of the device', 'connectionLost'],
  'line/offline': [
    'Nothing can be sent: the device is away',
    'Check the plug and the power of the device',
    'connectionLost',
  ],
} as const satisfies Record<string, readonly [string, string, CompletionCode]>;

export type LineErrorCode = keyof typeof lineCodes;

export class LineError extends MadoguchiError {
  declare readonly code: LineErrorCode;

  constructor(code: LineErrorCode, path: string, cause?: unknown) {
    const [message, hint, completion] = lineCodes[code];
    super(code, `${message} (${path})`, hint, { completion, detail: { path }, cause });
  }
}

// Errors of a serial line.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const lineCodes = {
  'line/absent': [
    'There is no device at the path of this line',
    'Plug in the device and switch it on',
    'deviceNotReady',
  ],
  'line/denied': [
    'This user has no permission to open the device',
    'Put the service user into the group that owns the device',
    'hardwareError',
  ],
  'line/busy': ['Another process uses the device', 'Stop that process', 'hardwareError'],
  'line/unusable': [
    'The device cannot be opened with these settings',
    'Check the path, speed and parity',
    'hardwareError',
  ],
  'line/lost': [
    'The device was disconnected',
    'Check the plug and the power of the device',
    'connectionLost',
  ],
  'line/offline': [
    'Nothing can be sent: the device is not connected',
    'Check the plug and the power of the device',
    'connectionLost',
  ],
} as const satisfies Codes;

export type LineErrorCode = keyof typeof lineCodes;

export class LineError extends errorOf(lineCodes) {
  /** `path`: the line's device file, for the message and for detail.path. */
  constructor(code: LineErrorCode, path: string, cause?: unknown) {
    super(code, { observed: path, detail: { path }, cause });
  }
}

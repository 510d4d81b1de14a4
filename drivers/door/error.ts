// Errors of a door between two of our processes.
import { type Codes, errorOf } from '../base/error.ts';

const restart = 'Restart the terminal’s services; if it happens again, check their logs';

/** All codes, for docs/codes.md. */
export const doorCodes = {
  'door/frame': ['The other side sent bytes that are not a valid message', restart, 'invalidData'],
  'door/protocol': ['The other side sent a message out of order', restart, 'sequenceError'],
  'door/version': [
    'The other side uses another protocol version',
    'Install agent and gate of the same version',
    'invalidData',
  ],
  'door/role': ['The process at the other side is not the expected one', restart, 'invalidData'],
  'door/handshake': ['The other side did not send its greeting in time', restart, 'timeout'],
  'door/closed': [
    'The connection between the processes has closed',
    'Wait until the other process runs again',
    'connectionLost',
  ],
  'door/stuck': ['The other side runs but does not answer', restart, 'connectionLost'],
  'door/slowReader': ['The other side no longer reads messages', restart, 'connectionLost'],
  'door/timeout': [
    'The command did not complete within its time limit',
    'Check the device that the command used',
    'timeout',
  ],
  'door/canceled': ['The command was cancelled', 'Nothing to do', 'canceled'],
  'door/queueFull': ['Too many commands are running', 'Wait for one to complete', 'deviceNotReady'],
  'door/unknownCommand': ['The other side does not know this command', restart, 'unsupportedCommand'],
  'door/badParams': ['The command does not allow this parameter', restart, 'invalidData'],
  'door/badResult': [
    'The result of the command does not match its schema',
    'Find the wrong field in the logs of agent and gate; if it happens again, install both of the same version',
    'internalError',
  ],
  'door/internal': ['The other side failed with an error that has no code', restart, 'internalError'],
} as const satisfies Codes;

export type DoorCode = keyof typeof doorCodes;

export class DoorError extends errorOf(doorCodes) {}

export const isDoorError = (error: unknown): error is DoorError => error instanceof DoorError;

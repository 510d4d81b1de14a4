// What can be wrong with a door between two of our processes.
import { type Codes, errorOf } from '../base/error.ts';

const restart = 'Restart the terminal’s services; if it comes again, look into their logs';

/** All codes, for docs/codes.md. */
export const doorCodes = {
  'door/frame': ['The other side sent what is not a message', restart, 'invalidData'],
  'door/protocol': ['The other side broke the order of messages', restart, 'sequenceError'],
  'door/version': [
    'The other side speaks another version',
    'Install agent and gate of the same version',
    'invalidData',
  ],
  'door/role': ['Another process than expected is behind the door', restart, 'invalidData'],
  'door/handshake': ['The other side did not greet in time', restart, 'timeout'],
  'door/closed': ['The door has closed', 'Wait until the other process is back', 'connectionLost'],
  'door/stuck': ['The other side runs and does not answer', restart, 'connectionLost'],
  'door/slowReader': ['The other side no longer reads', restart, 'connectionLost'],
  'door/timeout': [
    'The command did not complete in its time',
    'Look at the device that it was for',
    'timeout',
  ],
  'door/canceled': ['The command was cancelled', 'Nothing to do', 'canceled'],
  'door/queueFull': ['Too many commands are running', 'Wait for one to complete', 'deviceNotReady'],
  'door/unknownCommand': ['No such command here', restart, 'unsupportedCommand'],
  'door/badParams': ['A parameter is not what the command takes', restart, 'invalidData'],
  'door/badResult': [
    'The result of the command is not what both sides agreed on',
    'Look into the logs of agent and gate, which name the field; if it comes again, install both of the same version',
    'internalError',
  ],
  'door/internal': ['The other side failed in a way it has no code for', restart, 'internalError'],
} as const satisfies Codes;

export type DoorCode = keyof typeof doorCodes;

export class DoorError extends errorOf(doorCodes) {}

export const isDoorError = (error: unknown): error is DoorError => error instanceof DoorError;

// Errors of the link, for a program and for the person at the machine.
import { type Codes, errorOf } from '../../drivers/base/error.ts';

/** All codes, for docs/codes.md. */
export const linkCodes = {
  'link/offline': ['The hub cannot be reached', 'Check the network cable and the router', 'connectionLost'],
  'link/timeout': ['The hub did not answer in time', 'Try again later', 'timeout'],
  'link/refused': [
    'The broker refused this terminal, or is not the one that the hub vouches for',
    "Check this machine's clock, the terminal's certificate and what the broker allows it",
    'deviceNotReady',
  ],
  'link/answer': [
    'The hub answered what the contract does not allow',
    'Report this to the hub',
    'invalidData',
  ],
  'link/version': [
    'The hub speaks no version of the contract that this terminal speaks',
    'Update the terminal, or have the hub speak its version as well',
    'unsupportedCommand',
  ],
  'link/ended': [
    'The broker ended the connection',
    'Look up its reason code in the log, and look into the log of the broker',
    'connectionLost',
  ],
  'link/takenOver': [
    'Somebody else connected to the broker with the name and certificate of this terminal',
    'Look for a copy of this terminal: a cloned disk, or a home folder that was copied to a second machine. Switch it off, and enrol it anew',
    'fraudAttempt',
  ],
  'link/brokerSilent': [
    'The broker did not answer in time, and the connection was cut',
    'Look into the log of the broker; the terminal connects again by itself',
    'timeout',
  ],
  'link/proxy': [
    'The proxy did not let the connection through',
    'Check link.json in the folder of the agent, and what the proxy allows: CONNECT to host and port of the broker',
    'connectionLost',
  ],
  'link/tooLarge': [
    'A message is larger than the broker takes',
    "Raise the broker's max packet size: the contract needs 300 KiB, and 64 KiB at the least",
    'invalidData',
  ],
  'link/busy': ['Too many questions are open', 'Report this to the maker', 'sequenceError'],
  'link/canceled': ['The question was given up', 'Nothing: it was meant so', 'canceled'],
  'link/closed': ['The link is closed', 'Start the agent again', 'sequenceError'],
} as const satisfies Codes;

export class LinkError extends errorOf(linkCodes) {}

export const isLinkError = (error: unknown): error is LinkError => error instanceof LinkError;

/** The broker's reason code (MQTT 5, 2.4) where it gave one: 128 to 255. */
export const reasonOf = ({ detail }: LinkError): number | undefined =>
  typeof detail.reason === 'number' ? detail.reason : undefined;

const takenOver = 0x8e;

/** `reason`: of the broker's CONNACK, DISCONNECT or PUBACK. */
export const refusedBy = (reason: number, code: 'link/refused' | 'link/ended', cause?: unknown): LinkError =>
  new LinkError(reason === takenOver ? 'link/takenOver' : code, { detail: { reason }, cause });

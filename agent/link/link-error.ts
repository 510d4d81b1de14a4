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
  'link/busy': ['Too many questions are open', 'Report this to the maker', 'sequenceError'],
  'link/canceled': ['The question was given up', 'Nothing: it was meant so', 'canceled'],
  'link/closed': ['The link is closed', 'Start the agent again', 'sequenceError'],
} as const satisfies Codes;

export class LinkError extends errorOf(linkCodes) {}

export const isLinkError = (error: unknown): error is LinkError => error instanceof LinkError;

// Refusals of the contract itself: bytes that are not what the contract allows.

export type ProtocolErrorCode =
  | 'protocol/cbor'
  | 'protocol/cose'
  | 'protocol/key'
  | 'protocol/schema'
  | 'protocol/signature'
  | 'protocol/decrypt'
  | 'protocol/size';

/** A message that must not be used. `code` is stable; `message` says which rule it broke, never its content. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ProtocolError';
    this.code = code;
  }
}

export const isProtocolError = (error: unknown): error is ProtocolError => error instanceof ProtocolError;

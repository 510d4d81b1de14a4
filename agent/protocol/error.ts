// Errors of the contract: bytes that it does not allow.

export type ProtocolErrorCode =
  | 'protocol/cbor'
  | 'protocol/cose'
  | 'protocol/key'
  | 'protocol/schema'
  | 'protocol/place'
  | 'protocol/version'
  | 'protocol/signature'
  | 'protocol/threshold'
  | 'protocol/generation'
  | 'protocol/decrypt'
  | 'protocol/size';

/** A message that must not be used. `code` is stable. `message` names the broken rule, and never the content. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  /** The wrong field, such as `answer.members.0.nth`, where one is: at most 100 characters. */
  readonly path: string | undefined;

  constructor(
    code: ProtocolErrorCode,
    message: string,
    { cause, path }: { cause?: unknown; path?: string } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.path = path?.slice(0, 100);
  }
}

export const isProtocolError = (error: unknown): error is ProtocolError => error instanceof ProtocolError;

/** What a refusal says of the wrong field: its path in visible ASCII, where the error has one. */
export function wrongField(error: unknown): { path?: string } {
  const path = isProtocolError(error) ? error.path : undefined;
  return path ? { path: path.replaceAll(/[^!-~]/g, '?') } : {};
}

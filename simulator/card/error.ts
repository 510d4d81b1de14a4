// Errors of the virtual card reader, with a hint for the person who runs it.

/** `code`: `cardReader/build`, `cardReader/path`, `cardReader/start`. */
export class VirtualReaderError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'VirtualReaderError';
    this.code = code;
    this.hint = hint;
  }
}

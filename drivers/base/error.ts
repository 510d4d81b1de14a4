// The error that every room shares: a stable code for programs, a hint for the person in front of the machine.

/** Completion codes of a device command, after XFS4IoT's (Specification 2023-2, part 1, "Completion codes"). */
export type CompletionCode =
  | 'userError'
  | 'hardwareError'
  | 'deviceNotReady'
  | 'timeout'
  | 'canceled'
  | 'unsupportedCommand'
  | 'invalidData'
  | 'internalError'
  | 'connectionLost'
  | 'fraudAttempt'
  | 'sequenceError'
  | 'commandErrorCode';

export interface ErrorOptions {
  /** What kind of failure, in XFS4IoT's words; default `commandErrorCode` (the reason is `code`). */
  completion?: CompletionCode;
  /** Facts for a program: never a PIN, never personal data. */
  detail?: Record<string, string | number | boolean>;
  cause?: unknown;
}

/** `code` is stable and documented (docs/codes.md); `message` says what happened, `hint` what to do next. */
export class MadoguchiError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly completion: CompletionCode;
  readonly detail: Record<string, string | number | boolean>;

  constructor(code: string, message: string, hint: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.completion = options.completion ?? 'commandErrorCode';
    this.detail = options.detail ?? {};
  }
}

/** What a room's codes say, for its errors and for docs/codes.md. */
export type Codes = Readonly<
  Record<string, readonly [message: string, hint: string, completion?: CompletionCode]>
>;

/** The error class of one room, made from its codes. */
export function errorOf<const C extends Codes>(codes: C) {
  return class extends MadoguchiError {
    declare readonly code: keyof C & string;

    constructor(code: keyof C & string, options: ErrorOptions = {}) {
      const [message, hint, completion] = codes[code]!;
      super(code, message, hint, { ...(completion && { completion }), ...options });
    }
  };
}

export const isMadoguchiError = (error: unknown): error is MadoguchiError => error instanceof MadoguchiError;

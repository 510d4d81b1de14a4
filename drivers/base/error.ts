// The base class of all our errors: a stable code for programs, a hint for the person at the terminal.

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
  /** XFS4IoT's kind of failure; default `commandErrorCode` (the reason is `code`). */
  completion?: CompletionCode;
  /** What was observed, in a few words. It is added to the message in parentheses. */
  observed?: string;
  /** Facts for a program: never a PIN, never personal data. */
  detail?: Record<string, string | number | boolean>;
  cause?: unknown;
}

/** `code` is stable and documented (docs/codes.md); `message` states what happened, `hint` what to do next. */
export class MadoguchiError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly completion: CompletionCode;
  readonly detail: Record<string, string | number | boolean>;

  constructor(code: string, message: string, hint: string, options: ErrorOptions = {}) {
    const { cause, observed } = options;
    super(
      observed === undefined ? message : `${message} (${observed})`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.completion = options.completion ?? 'commandErrorCode';
    this.detail = options.detail ?? {};
  }
}

/** The codes of one folder: message, hint and kind of failure. Errors and docs/codes.md are made from it. */
export type Codes = Readonly<
  Record<string, readonly [message: string, hint: string, completion?: CompletionCode]>
>;

/** Makes the error class of one folder from its codes. */
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

// What kept a terminal from doing its work, and on which leg.

export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly leg: string;
  constructor(leg: string, message: string) {
    super(message);
    this.leg = leg;
  }
}

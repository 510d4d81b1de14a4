// What kept a terminal from doing its work: on which leg, and what the person who runs it does next.

/** By leg, named as the terminal names its own (docs/codes.md, "Out of service"). */
const advice: Readonly<Record<string, string>> = {
  hub: 'Are mosquitto and the fonts installed? Run npm run setup, then try again.',
  enrolment: 'Run again; if it stays, start the hub alone (npm run simulator -- hub) and enrol by hand.',
  card: 'Run npm run setup, then look at npm run simulator -- card. Without root, pcscd needs user namespaces (unshare).',
  pinpad: 'Is socat installed? Run npm run setup, then look at npm run simulator -- pinpad.',
  receipt: 'Run npm run setup, then look at npm run simulator -- receipt-printer.',
  page: 'Run npm run setup, then look at npm run simulator -- page-printer.',
  pictures:
    'Are poppler-utils, librsvg2-bin and fonts-noto-cjk installed? Run npm run setup, then try again.',
  books:
    'Money, paper and ledger do not agree: that is a fault of ours. Look into ledger.json in the out folder.',
  resident: 'Choose another --kind or --city, or leave one of them out.',
};
const otherAdvice =
  'Look into log.jsonl in the out folder; run again with --keep to look at the working folder.';

export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly leg: string;

  constructor(leg: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.leg = leg;
  }

  get hint(): string {
    return advice[this.leg] ?? otherAdvice;
  }
}

/** What `work` brings; whatever it throws is told as this leg's. */
export async function onPart<T>(leg: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof TerminalError) throw cause;
    throw new TerminalError(leg, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

// An error of a terminal: the condition that failed, and what the person who runs the terminal does next.

/** By condition, with the terminal's names for its readiness conditions (docs/codes.md, "Out of service"). */
const advice: Readonly<Record<string, string>> = {
  cards:
    'Make the folder with npm run simulator -- cards --out DIR, and register both certificates at your hub.',
  city: 'Name one by its six digits, or leave --city out.',
  hub: 'Are mosquitto and the fonts installed? Run npm run setup, then try again.',
  enrolment:
    'Run it again. If it fails again, start the hub alone (npm run simulator -- hub) and enrol by hand.',
  card: 'Run npm run setup, then look at npm run simulator -- card. Without root, pcscd needs user namespaces (unshare).',
  pinpad: 'Is socat installed? Run npm run setup, then look at npm run simulator -- pinpad.',
  receipt: 'Run npm run setup, then look at npm run simulator -- receipt-printer.',
  page: 'Run npm run setup, then look at npm run simulator -- page-printer.',
  pictures:
    'Are poppler-utils, librsvg2-bin and fonts-noto-cjk installed? Run npm run setup, then try again.',
  books:
    'Money, paper and ledger do not agree: that is a fault of ours. Look into ledger.json in the out folder.',
  journal:
    'Is the disk of the working folder full? Make room, or name another folder in TMPDIR, then run it again.',
  home: 'End that terminal, or enrol another one into a folder of its own.',
  out: 'Was the out folder removed, or is its disk full? Make room, or choose another with --out, then run it again.',
};
const otherAdvice =
  'Look into log.jsonl in the out folder; run again with --keep to look at the working folder.';

export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly condition: string;

  constructor(condition: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.condition = condition;
  }

  get hint(): string {
    return advice[this.condition] ?? otherAdvice;
  }
}

/** The result of `work`. An error that it throws becomes a TerminalError with `condition`, unless it is the reason of `signal`. */
export async function onPart<T>(condition: string, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof TerminalError) throw cause;
    signal?.throwIfAborted();
    throw new TerminalError(condition, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

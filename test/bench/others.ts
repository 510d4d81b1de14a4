// When others than our software were at work: a person, a device, the hub. Overlapping work counts once.

interface Span {
  from: number;
  to: number;
}

export class Others {
  readonly #spans: Span[] = [];

  /** Their work begins. The returned function ends it. */
  begin(): () => void {
    const span = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    this.#spans.push(span);
    return () => {
      span.to = Math.min(span.to, performance.now());
    };
  }

  /** Work of theirs. */
  async at<T>(work: () => Promise<T>): Promise<T> {
    const done = this.begin();
    try {
      return await work();
    } finally {
      done();
    }
  }

  msWithin(whole: Span): number {
    return msCovered(this.#spans, whole);
  }
}

/** How much of `whole` the spans cover. */
export function msCovered(spans: readonly Span[], whole: Span): number {
  let [covered, upto] = [0, whole.from];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(to, whole.to);
    if (end <= upto) continue;
    covered += end - Math.max(from, upto);
    upto = end;
  }
  return covered;
}

// Work that is done one time after the other, and once more where somebody asked for it meanwhile.
export class OneAtATime {
  readonly #work: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #again = false;

  /** `onError`: of a run that nobody waits for. */
  constructor(work: () => Promise<void>, onError: (error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  /** Whether it was asked for since the present run began. */
  get isAskedAgain(): boolean {
    return this.#again;
  }

  /** Resolves when the present run, or the one that begins now, has ended. Errors: those of the work. */
  run(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.soon();
    });
    return this.#running;
  }

  soon(): void {
    this.run().catch(this.#onError);
  }
}

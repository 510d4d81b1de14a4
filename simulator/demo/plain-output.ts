// What a person sees who has not asked for more: how the start goes on, and one line for each step of a visit.
import { styleText } from 'node:util';
import { columnsOf, cut, wrap } from './columns.ts';
import type { Output, Result } from './output.ts';
import type { TimelineEntry } from './stopwatch.ts';
import { partInEnglish, promptGloss } from './words.ts';

/** A terminal, or a pipe or file: no cursor is moved there. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
}

type Style = Parameters<typeof styleText>[0];

const lineColumns = 79;
const labelColumns = 24;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
const clearLine = '\r\u001b[K';

export class PlainOutput implements Output {
  readonly #screen: Screen;
  readonly #isLive: boolean;
  readonly #isColoured: boolean;
  /** What starts now, and when that began: in ms of the timeline, and of this process. */
  #starting: { part: string; ms: number; since: number } | undefined;
  #spinner: NodeJS.Timeout | undefined;
  #isOpen = false;
  #visitMs = 0;
  /** What the screen shows; empty right after a heading. */
  #shown: string | undefined;

  /** `env`: NO_COLOR, and a TERM of `dumb`, are respected. */
  constructor(screen: Screen, env: NodeJS.ProcessEnv) {
    this.#screen = screen;
    this.#isLive = screen.isTTY === true && env.TERM !== 'dumb';
    this.#isColoured = this.#isLive && !env.NO_COLOR;
  }

  entry(entry: TimelineEntry): void {
    const { ms, who, what } = entry;
    if (who === 'start') this.#starts(what, ms);
    else if (who === 'open') this.#opens(ms);
    else if (who === 'customer') this.#begins([what], ms);
    else if (who === 'fault') this.#begins(wrap(`Fault ${what}`, lineColumns), ms);
    else if (who === 'screen' && this.#isOpen) this.#shows(entry);
  }

  line(text: string): void {
    this.#breakOff();
    this.#screen.write(`${text}\n`);
  }

  result({ what }: Result): void {
    this.line(this.#styled('bold', what));
  }

  close(): void {
    this.#breakOff();
  }

  #starts(part: string, ms: number): void {
    this.#started(ms);
    this.#starting = { part, ms, since: performance.now() };
    if (!this.#isLive) {
      this.#screen.write(labelOf(part));
      return;
    }
    let frame = 0;
    const draw = () => {
      const sign = this.#styled('cyan', frames[frame++ % frames.length]!);
      const seconds = this.#styled('dim', inSeconds(performance.now() - this.#starting!.since));
      this.#screen.write(`${clearLine}${sign}${labelOf(part).slice(1)}${seconds}`);
    };
    draw();
    this.#spinner = setInterval(draw, frameMs).unref();
  }

  /** What was starting is up. */
  #started(ms: number): void {
    const starting = this.#starting;
    if (!starting) return;
    clearInterval(this.#spinner);
    this.#starting = undefined;
    const took = this.#styled('dim', `${inSeconds(ms - starting.ms)}  ${partInEnglish(starting.part).note}`);
    this.#screen.write(`${this.#isLive ? clearLine + labelOf(starting.part) : ''}${took}\n`);
  }

  /** Something else has to be said while it starts, or it did not start. */
  #breakOff(): void {
    if (!this.#starting) return;
    clearInterval(this.#spinner);
    this.#starting = undefined;
    this.#screen.write('\n');
  }

  #opens(ms: number): void {
    this.#started(ms);
    this.#isOpen = true;
  }

  /** A visit; of several faults each has its heading. */
  #begins(heading: readonly string[], ms: number): void {
    this.#visitMs = ms;
    if (this.#shown !== '') this.line('');
    this.#shown = '';
    for (const line of heading) this.line(this.#styled('bold', line));
  }

  #shows({ ms, what, prompt, missing }: TimelineEntry): void {
    if (prompt === undefined || prompt === 'insertCard') return;
    const words = [...(missing ?? []), firstSentence(what)].join(' ');
    // the same screen comes once more where something behind it has changed
    if (this.#shown === `${prompt} ${words}` && prompt !== 'wrongPin') return;
    this.#shown = `${prompt} ${words}`;
    const time = `${((ms - this.#visitMs) / 1000).toFixed(2).padStart(6)} s  `;
    const english = promptGloss(prompt).short.padEnd(labelColumns);
    const japanese = cut(words, lineColumns - columnsOf(time) - columnsOf(english) - 2);
    this.line(`${this.#styled('dim', time)}${english}  ${japanese}`);
  }

  #styled(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
  }
}

const firstSentence = (text: string): string => /^[^。]*。?/.exec(text)?.[0] ?? text;
const labelOf = (part: string): string => `  ${partInEnglish(part).label.padEnd(labelColumns)}`;
const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(5)} s`;

// Standard error, written at once and without waiting.
//
// Writing is synchronous, so that the last lines before a crash are not lost (pino issues 542 and 2054), and on a descriptor
// that does not block, so that a reader that stalls cannot stop the process. A thread would not do: Node joins its threads when
// it exits, and one that stands in write(2) would keep the process from ending.
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { LogOutput } from './log-output.ts';

const fd = 2;

/** Node's handle of a pipe or socket; its `setBlocking` is undocumented, but old and in wide use. */
interface Handle {
  setBlocking?(blocking: boolean): void;
}

/** Never throws. A regular file on a disk that hangs is the one thing that can still hold it: no flag changes that. */
function nonBlocking(): (bytes: Buffer) => number {
  const kind = fstatSync(fd);
  // O_NONBLOCK belongs to the open file, which other processes share: a pipe or terminal is opened anew, for this process alone
  if (kind.isFIFO() || isatty(fd))
    try {
      const own = openSync(
        `/proc/self/fd/${fd}`,
        constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
      );
      return bytes => writeSync(own, bytes);
    } catch {
      // another user's, or a FIFO that has no reader now
    }
  // A socket (a service manager's journal) cannot be opened anew: the shared flag is set, which Node does for its streams as well,
  // and set again before each write, because libuv clears it on what a child inherits.
  if (kind.isFIFO() || kind.isSocket()) {
    const { _handle: handle } = process.stderr as unknown as { _handle?: Handle };
    return bytes => {
      handle?.setBlocking?.(false);
      return writeSync(fd, bytes);
    };
  }
  return bytes => writeSync(fd, bytes);
}

const notice = (lines: number): string =>
  `${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, msg: 'log lines dropped', lines })}\n`;

let output: LogOutput | undefined;

/** Lines that found no room while the descriptor took none, since the start of this process. */
export const droppedLogLines = (): number => output?.dropped ?? 0;

/** Writes `text`, which ends with a line feed. Never waits and never throws. What cannot be written now is tried again. */
export function writeStandardError(text: string): void {
  if (!output) {
    const opened = new LogOutput(nonBlocking(), notice);
    process.on('exit', () => opened.flush());
    output = opened;
  }
  output.write(text);
}

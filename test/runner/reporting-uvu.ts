// uvu as test files see it under the runner. uvu swallows what a hook throws, shows failures only when a whole suite is
// over, and does not name what it skips: here each of them is reported at once.
import { inspect } from 'node:util';
import * as uvu from 'uvu';
import { skipMark } from './marks.ts';
import { note, noteReason } from './notes.ts';

type Test = uvu.Test<uvu.Context>;
type Callback = uvu.Callback<uvu.Context>;

/** `work`, noted while it runs; what it throws is noted and thrown on, and for a hook shown as well. */
const reported =
  (what: string, work: Callback, isHook = true): Callback =>
  async context => {
    note('running', what);
    try {
      await work(context);
    } catch (error) {
      const reason = `${what}: ${inspect(error)}`;
      noteReason(reason);
      if (isHook) process.stdout.write(`\n${reason}\n`);
      throw error;
    }
    note('running', '');
  };

function reporting(inner: Test, of: string): Test {
  const hook = (name: string, add: (work: Callback) => void) => (work: Callback) =>
    add(reported(`${name} hook${of}`, work));
  return Object.assign(
    (name: string, work: Callback) => inner(name, reported(`test "${name}"${of}`, work, false)),
    {
      only: (name: string, work: Callback) => inner.only(name, reported(`test "${name}"${of}`, work, false)),
      skip: (name?: string, work?: Callback) => {
        process.stdout.write(`\n${skipMark}${String(name).replaceAll('\n', ' ')}\n`);
        inner.skip(name, work);
      },
      before: Object.assign(hook('before', inner.before), { each: hook('before.each', inner.before.each) }),
      after: Object.assign(hook('after', inner.after), { each: hook('after.each', inner.after.each) }),
      run: inner.run,
    },
  ) as Test;
}

export const test = reporting(uvu.test as Test, '');
export const suite = (name = '', state?: uvu.Context): Test =>
  reporting(uvu.suite(name, state), name ? ` of "${name}"` : '');
export const exec = uvu.exec;

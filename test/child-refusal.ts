// What a command says that must not end well.
import * as assert from 'uvu/assert';
import { ChildError } from '../simulator/child.ts';

/** `running` is of `runChild`; a command that ends with 0 fails the test. */
export const refusalOf = (running: Promise<string>): Promise<string> =>
  running.then(
    said => assert.unreachable(`it was done: ${said}`) as never,
    (error: unknown) => {
      assert.instance(error, ChildError);
      return (error as Error).message;
    },
  );

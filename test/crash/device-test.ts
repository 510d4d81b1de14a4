// A test that needs a device of its own, and says why where it can't have one.
import { test } from 'uvu';
import { devicesMissing } from './devices-missing.ts';
import { ownMounts } from './own-mounts.ts';

const missing = devicesMissing();
if (!missing) ownMounts();

/** Adds a test where devices can be made, and a skipped one where not. */
export function deviceTest(name: string, run: () => Promise<void>): void {
  if (missing) test.skip(`${name} # ${missing}`, run);
  else test(name, run);
}

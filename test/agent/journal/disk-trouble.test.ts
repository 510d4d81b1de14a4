// timeout: 180 s
// A journal on a real ext4 whose device fails, or that is read-only.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { type Device, withDevice } from '../../crash/device.ts';
import { refusedAndGone } from '../../crash/device-error.ts';
import { deviceTest } from '../../crash/device-test.ts';
import { codeOf, refusedWith } from '../../refusal.ts';
import { body, holds, segmentsIn, smallJournal, withJournal } from './journal-rig.ts';

const under = (mountPoint: string) => smallJournal(join(mountPoint, 'ledger'));

/** Exactly the records 1 to `upTo`. */
async function holdsAll(journal: Journal, upTo: number): Promise<void> {
  assert.is(journal.last.seq, upTo);
  await holds(journal, 1, upTo);
}

async function mountedAgain(device: Device): Promise<void> {
  await device.unmount();
  await device.mount();
}

for (const what of ['failWrites', 'failFlushes'] as const) {
  deviceTest(`${what}: one EIO of the device costs a segment and no record`, () =>
    withDevice({}, async (mountPoint, device) => {
      const options = under(mountPoint);
      await withJournal(options, async journal => {
        for (let n = 1; n <= 3; n++) await journal.append(body(n));
        await journal.health(); // the spare files are made: nothing else is written
        await device.order({ [what]: 1 });
        await Promise.all([journal.append(body(4)), journal.append(body(5))]);
        assert.is((await segmentsIn(options.folder)).length, 2);
        assert.is((await journal.health()).failure, undefined);
        await holdsAll(journal, 5);
      });
      await mountedAgain(device);
      await withJournal(options, journal => holdsAll(journal, 5));
    }),
  );

  deviceTest(`${what}: a device that takes nothing is journal/io; mounted again it holds what it took`, () =>
    withDevice({}, async (mountPoint, device) => {
      const options = under(mountPoint);
      const journal = await openJournal(options);
      for (let n = 1; n <= 3; n++) await journal.append(body(n));
      await device.order({ [what]: Infinity });
      // ext4 first passes the error on, and turns read-only as soon as its own journal meets it
      const refusal = await codeOf(journal.append(body(4)));
      assert.match(String(refusal), /^journal\/(io|readOnly)$/);
      await journal.acknowledge({ ...journal.last, generation: 1 }); // the hub says it again, when the disk is back
      const { failure, reserveReached } = await journal.health();
      assert.match(failure!.code, /^journal\/(io|readOnly)$/);
      assert.ok(reserveReached);
      await holdsAll(journal, 3);
      await journal.close();
      await device.order({});
      await mountedAgain(device);
      await withJournal(options, async journal => {
        // a refused record may be on the device or not, and so may the cursor after it
        let n = journal.last.seq;
        assert.ok(n === 3 || n === 4, `${n} records`);
        await holdsAll(journal, n);
        await journal.append(body(++n));
        await holdsAll(journal, n);
        const { failure, reserveReached } = await journal.health();
        assert.equal([failure, reserveReached], [undefined, false]);
      });
    }),
  );
}

deviceTest(
  'what was refused for EIO, and its retry too, does not come back at the next start, nor break what follows it',
  () => withDevice({}, (mountPoint, device) => refusedAndGone(mountPoint, device, openJournal)),
);

deviceTest(
  'a file system that turns read-only under it is journal/readOnly, and serves again when it is mounted anew',
  () =>
    withDevice({ mountOptions: 'errors=remount-ro' }, async (mountPoint, device) => {
      const options = under(mountPoint);
      const journal = await openJournal(options);
      for (let n = 1; n <= 3; n++) await journal.append(body(n));
      // what ext4 does when it finds an error of its own (kernel, Documentation/ABI/testing/sysfs-fs-ext4)
      await device.run(`echo tested > /sys/fs/ext4/$(basename ${device.loop})/trigger_fs_error`);
      await refusedWith('journal/readOnly', () => journal.append(body(4)));
      const { failure, reserveReached } = await journal.health();
      assert.equal([failure?.code, reserveReached], ['journal/readOnly', true]);
      await holdsAll(journal, 3);
      await journal.close();
      await refusedWith('journal/readOnly', () => openJournal(options));
      await mountedAgain(device);
      await withJournal(options, async journal => {
        await holdsAll(journal, 3);
        await journal.append(body(4));
        await holdsAll(journal, 4);
      });
    }),
);

deviceTest(
  'a journal on a file system that is mounted read-only does not open, and does when it is writable',
  () =>
    withDevice({}, async (mountPoint, device) => {
      const options = under(mountPoint);
      await withJournal(options, journal => journal.append(body(1)));
      await device.remount('ro');
      await refusedWith('journal/readOnly', () => openJournal(options));
      await device.remount('rw');
      await withJournal(options, async journal => {
        await holdsAll(journal, 1);
        await journal.append(body(2));
        await holdsAll(journal, 2);
      });
    }),
);

test.run();

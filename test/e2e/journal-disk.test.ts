// timeout: 300 s
// waits
// The file system of the journal turns read-only while the till has the resident's money: the money comes back, screen, status and hub
// say why nobody is served, the agent lives on, and it serves again by itself once the disk is mounted anew.
import { cp, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../../simulator/child.ts';
import type { TillBehaviour } from '../../simulator/customer/till.ts';
import { program } from '../../simulator/programs.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { type Device, withDevice } from '../crash/device.ts';
import { deviceTest } from '../crash/device-test.ts';
import { refusalOf } from '../refusal.ts';
import { stock } from '../shop-stock.ts';

const madoguchi = program('provisioning/madoguchi');
const status = (shop: Shop) =>
  runChild([process.execPath, madoguchi, 'status', '--panel', shop.terminal.panelSocket]);

/** The shop's journal, on this device from now on. */
async function onDevice(shop: Shop, mountPoint: string): Promise<void> {
  const { agent, home } = shop.terminal;
  const folder = join(home, 'agent/journal');
  await agent.stop();
  await cp(folder, join(mountPoint, 'journal'), { recursive: true });
  await rename(folder, `${folder}-before`);
  await symlink(join(mountPoint, 'journal'), folder);
  await shop.restart();
}

/** What ext4 does when it finds an error of its own (kernel, Documentation/ABI/testing/sysfs-fs-ext4). */
const turnReadOnly = (device: Device) =>
  device.run(`echo tested > /sys/fs/ext4/$(basename ${device.loop})/trigger_fs_error`);

/** A resident pays, and the terminal learns of it only after `meanwhile`. */
async function pays(shop: Shop, meanwhile: () => Promise<unknown>): Promise<void> {
  const { till } = shop.panel;
  const paid = Promise.withResolvers<void>();
  const silent: TillBehaviour = event => {
    if (event.is === 'paid') paid.resolve();
    if (event.is === 'paid') return 'nothing';
    return event.operation === 'status' ? { state: 'pending', paidYen: 0 } : undefined;
  };
  till.behaviours.unshift(silent);
  shop.visit({ resident: 'm101' }).catch(() => undefined); // it ends with the screen
  await paid.promise;
  await meanwhile();
  till.behaviours.shift();
}

deviceTest('a journal whose disk turns read-only in the middle of a payment', async () => {
  const shop = await Shop.open({ stock }); // first: its parts with mounts of their own must not have this one
  try {
    await withDevice({ megabytes: 48, mountOptions: 'errors=remount-ro' }, async (mountPoint, device) => {
      await onDevice(shop, mountPoint);
      const { agent, panelSocket } = shop.terminal;
      const died = agent.ended.then(({ code, signal }) => assert.unreachable(`it ended: ${signal ?? code}`));
      died.catch(() => undefined);
      const { till } = shop.panel;
      const kept = till.keptYen;
      const nobody = shop.logged(({ msg }) => msg === 'agent serves nobody');
      await pays(shop, () => turnReadOnly(device));
      await Promise.race([nobody, died]);
      assert.is(till.keptYen, kept, 'the money came back');
      assert.ok(shop.log.some(({ msg }) => msg === 'step not recorded'));
      await shop.panel.reopen(panelSocket);
      await untilShown(shop.panel, 'outOfService');
      const [condition, ...more] = shop.panel.prompt?.conditions ?? [];
      assert.equal([condition?.code, more], ['journal/diskReadOnly', []]);
      assert.match(condition?.hint ?? '', /journal\/readOnly, .*journal/);
      assert.match((await refusalOf(status(shop), ChildError)).message, /journal\/readOnly/);
      const alarm = () => shop.hub.ledger.alarms().find(({ code }) => code === 'journal/readOnly');
      while (!alarm()) await sleep(20);

      const serves = shop.logged(({ msg }) => msg === 'agent serves');
      await device.unmount();
      await device.mount();
      await Promise.race([serves, died]);
      await shop.panel.reopen(panelSocket);
      assert.is(await shop.visit({ resident: 'm101' }), 'issued');
      assert.is((await shop.ended()).outcome, 'abandoned');
      assert.is((await shop.ended()).outcome, 'issued');
      const rows = shop.hub.ledger.transactions().map(({ outcome, keptYen }) => `${outcome} ${keptYen}`);
      assert.equal(rows.sort(), ['abandoned 0', 'issued 200']);
      await agent.stop();
    });
  } finally {
    await shop.close();
  }
});

test.run();

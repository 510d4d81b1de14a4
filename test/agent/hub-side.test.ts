// The agent's side of the hub as it is put together, without a hub: what status and conditions say of certificates and messages.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../agent/config/home.ts';
import { HubSide } from '../../agent/hub-side.ts';
import { Panel } from '../../agent/panel/panel.ts';
import { hubConditions, warningsOf } from '../../agent/readiness/hub-conditions.ts';
import { type Clock, systemClock } from '../../drivers/base/clock.ts';
import { silentLog } from '../../drivers/base/log.ts';
import { terminal, withHome } from './config/home-folder.ts';

const day = 86_400_000;

/** A terminal whose clock is `days` ahead, and whose broker is not there. */
const withSide = (days: number, run: (side: HubSide) => void): Promise<void> =>
  withHome({}, async folder => {
    const clock: Clock = { ...systemClock, wall: () => Date.now() + days * day };
    const home = { ...(await readHome(folder)), broker: 'mqtts://127.0.0.1:1' };
    const software = 'madoguchi 0.0.0';
    const panelSocket = { path: '', panel: new Panel(clock), clock, terminal, software };
    const stop = new AbortController().signal;
    const side = new HubSide({
      folder,
      home,
      clock,
      log: silentLog,
      droppedLogLines: () => 0,
      panelSocket,
      stop,
    });
    try {
      run(side);
    } finally {
      await side.close();
    }
  });

const codes = (side: HubSide) => ({
  missing: hubConditions(side.facts()).map(({ code }) => code),
  warnings: warningsOf(side.facts()).map(({ code }) => code),
});

test('a certificate that has run out is named, with its date, in place of the network', async () => {
  await withSide(0, side => {
    assert.equal(codes(side), { missing: ['hub/offline'], warnings: [] });
    const { hubOnline, hub } = side.report;
    assert.equal([hubOnline, hub.brokerOnline, hub.certificate.file], [false, false, 'certificate.pem']);
    assert.ok(Math.abs(hub.certificate.days - 364) <= 1, `${hub.certificate.days} days`);
  });
  await withSide(300, side =>
    assert.equal(codes(side), { missing: ['hub/offline'], warnings: ['certificate/ending'] }),
  );
  await withSide(400, side => {
    assert.equal(codes(side), { missing: ['certificate/expired'], warnings: ['certificate/ending'] });
    const { until, days } = side.report.hub.certificate;
    assert.match(hubConditions(side.facts())[0]?.hint ?? '', `certificate.pem was valid until ${until}.`);
    assert.ok(days < 0);
  });
});

test('a message that was not used is in the status, with why', () =>
  withSide(0, side => {
    assert.equal([side.report.hub.unused, side.report.hub.lastUnused], [0, undefined]);
    const unused = { topic: 'reply', code: 'protocol/schema', path: 'answer.size' } as const;
    side.onUnused(unused);
    assert.equal([side.report.hub.unused, side.report.hub.lastUnused], [1, unused]);
  }));

test.run();

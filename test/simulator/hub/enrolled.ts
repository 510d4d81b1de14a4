// A terminal that is enrolled at a running hub and connected to it, with the agent's real folder, keys and link.
import { join } from 'node:path';
import { readHome } from '../../../agent/config/home.ts';
import { openLink } from '../../../agent/link/link.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { enrol } from '../../../provisioning/enrolment/enrol.ts';
import type { RunningHub } from '../../../simulator/hub/process/hub.ts';

/** Makes `folder`. `own` has the options of a drain, with short waits. */
export async function enrolled(hub: RunningHub, folder: string, terminal: string) {
  await enrol({
    hub: new URL(hub.enrolmentUrl),
    code: hub.createEnrolmentCode({ terminal }),
    root: Buffer.from(hub.rootThumbprint, 'hex'),
    home: folder,
  });
  const home = await readHome(join(folder, 'agent'));
  const { epoch, signingKey: agentKey, keySet, tls } = home;
  const own = {
    ...{ terminal, epoch, agentKey, hubKey: () => keySet.keys.hub, clock: systemClock },
    ...{ software: 'madoguchi 0.0.0', backOff: { initialMs: 20, maxMs: 100 }, answerMs: 300 },
  };
  const link = openLink({
    ...own,
    url: home.broker,
    tls: async () => ({ key: tls.key, cert: tls.certificate, ca: tls.authority }),
  });
  return { home, own, link };
}

/** Resolves when `holds` returns true. Errors: it did not within 20 s. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`still not so: ${holds}`);
    await new Promise(setImmediate);
  }
}

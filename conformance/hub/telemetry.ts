// Checks of telemetry: where a batch may begin.
import { encodeTelemetry } from '../../agent/protocol/telemetry.ts';
import { expectThat } from './answers.ts';
import { type Entry, entry, Journal } from './journal.ts';
import type { HubCheck } from './rig.ts';

const record = (): Entry =>
  entry(encodeTelemetry({ type: 'start', software: 'madoguchi 0.0.0', ms: 1, wall: Date.now() }));

export const telemetryChecks: readonly HubCheck[] = [
  {
    name: 'telemetry is taken from the oldest record on, whatever is lacking below, and not after a gap above it',
    shows: ['MDG-H-080'],
    async run(rig) {
      const journal = new Journal(await rig.terminal(), 'telemetry');
      const { upto } = await journal.send({ from: 1, more: { oldest: 1 } });
      const records = [record(), record()];
      const from = upto + 10;
      const came = await journal.send({ from, records, more: { oldest: from } });
      expectThat(came.upto === from + 1 && came.tag.equals(records[1]!.tag), {
        sent: `a batch of telemetry from ${from} with oldest ${from}, where the hub has ${upto}`,
        ...{ expected: `an acknowledgement upto ${from + 1}`, came: `upto ${came.upto}` },
      });
      const gap = await journal.send({ from: from + 7, records: [record()], more: { oldest: from } });
      expectThat(gap.upto === from + 1, {
        sent: `a batch of telemetry from ${from + 7} with oldest ${from}, where the hub has ${from + 1}`,
        ...{ expected: `the present cursor ${from + 1}`, came: `upto ${gap.upto}` },
      });
    },
  },
];

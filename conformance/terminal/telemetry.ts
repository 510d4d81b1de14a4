// Telemetry: what it must not hold, and that a wrong acknowledgement does not silence it.
import { randomBytes } from 'node:crypto';
import { signAcknowledgement } from '../../agent/protocol/ledger.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { Failure } from '../check.ts';
import type { Scene, TerminalCheck } from './scene.ts';
import type { SeenTelemetry } from './sightings.ts';

export const telemetry: readonly TerminalCheck[] = [
  {
    name: 'telemetry has the fields of the contract and no id of a transaction',
    shows: ['MDG-T-061'],
    async run(scene) {
      const { seen } = scene.rig;
      const before = seen.telemetry.length;
      const { transaction } = await scene.visit();
      await scene.until(() => batchWithTransaction(scene, before));
      const faults = seen.faultsOf('MDG-T-061');
      const ids = transaction ? [transaction, Buffer.from(transaction.toString('hex'))] : [];
      const isThere = seen.telemetry.some(({ records }) =>
        records.some(({ body }) => ids.some(id => body.includes(id))),
      );
      if (isThere) faults.push("the transaction's id in a record");
      if (faults.length > 0)
        throw new Failure({
          sent: 'a visit',
          expected: 'telemetry of the contract',
          came: faults.join('; '),
        });
    },
  },
  {
    name: 'a wrong acknowledgement does not silence telemetry',
    shows: ['MDG-T-063'],
    async run(scene) {
      const { hub, keys, seen } = scene.rig;
      const had = seen.telemetry.length;
      await scene.visit();
      // of its present run: an acknowledgement of another session shows nothing
      const { terminal, epoch, session } = await scene.until(() => batchWithTransaction(scene, had));
      const { telemetryAcknowledgement: topic } = topicsOf(terminal);
      const body = { terminal, epoch, session, upto: 1_000_000, tag: randomBytes(16), refused: [] };
      for (const generation of [1, 1_000])
        await hub.forge(topic, signAcknowledgement({ ...body, generation }, topic, keys.hub));
      const before = seen.telemetry.length;
      await scene.visit();
      const late = scene.rest(60_000).then(() => 'late' as const);
      late.catch(() => undefined);
      const came = await Promise.race([scene.until(() => batchWithTransaction(scene, before)), late]);
      if (came === 'late')
        throw new Failure({
          ...{
            sent: 'acknowledgements of telemetry that was never sent',
            expected: 'the telemetry of the next visit',
          },
          came: 'none within a minute',
        });
    },
  },
];

/** The first batch, from number `from` of the list on, that tells of a transaction's end. */
const batchWithTransaction = ({ rig }: Scene, from: number): SeenTelemetry | undefined =>
  rig.seen.telemetry
    .slice(from)
    .find(({ line, read }) => line.name === rig.terminal && read.some(({ type }) => type === 'transaction'));

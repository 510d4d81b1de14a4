// What must hold of all messages that were seen, whatever the checks were about.
import { Failure } from '../check.ts';
import { comesAgain, nextRecords } from './acknowledgements.ts';
import { about, type Scene, type TerminalCheck } from './scene.ts';

/** Errors: Failure with the first fault of this requirement, in all that was seen so far. */
function noFault(scene: Scene, of: string, expected: string): void {
  const faults = scene.rig.seen.faultsOf(of);
  if (faults.length > 0)
    throw new Failure({ sent: 'all of the above', expected, came: faults.slice(0, 3).join('; ') });
}

export const messages: readonly TerminalCheck[] = [
  {
    name: 'each visit has a key and a nonce of its own, and the card signs them with challenge, transaction and terminal',
    shows: ['MDG-T-040'],
    async run(scene) {
      const statements = [];
      for (let i = 0; i < 2; i++) {
        const visit = await scene.visit();
        const statement = scene.authenticationOf(visit);
        const { transaction, terminal } = statement;
        if (!visit.transaction?.equals(transaction) || terminal !== scene.rig.terminal)
          throw new Failure({
            ...{
              sent: 'a challenge',
              expected: 'this transaction and terminal in the statement',
              came: 'others',
            },
          });
        if (visit.end?.outcome !== 'issued')
          // the services have compared challenge, keys and signatures
          throw new Failure({ sent: 'right answers', expected: 'an end issued', came: about(visit) });
        statements.push(statement);
      }
      const [first, second] = statements;
      const again = [
        first!.gateNonce.equals(second!.gateNonce) && 'the nonce',
        (first!.gateKey.get(-2) as Buffer).equals(second!.gateKey.get(-2) as Buffer) && 'the key',
      ].filter(one => typeof one === 'string');
      if (again.length > 0)
        throw new Failure({
          sent: 'two visits',
          expected: 'a fresh key and nonce',
          came: `${again.join(', ')} again`,
        });
    },
  },
  {
    name: 'every message has encoding, form, signature, topic and QoS of the contract',
    shows: ['MDG-T-001'],
    async run(scene) {
      await seesEach(scene);
      noFault(scene, 'MDG-T-001', 'messages of the contract');
    },
  },
  {
    name: 'batches come in order, each record always the same, and at most four are unanswered',
    shows: ['MDG-T-050'],
    async run(scene) {
      scene.needsVisitCommand();
      await scene.settled();
      const { seen } = scene.rig;
      const acknowledges = scene.put('acknowledgement', () => 'nothing');
      const before = seen.batches.length;
      const { made, over } = scene.startVisit();
      const first = await nextRecords(scene, before);
      // what it sends without an acknowledgement, it has sent when it begins anew after the visit
      const isOver = made.then(() => comesAgain(scene, first));
      const fault = scene.until(() => seen.faultsOf('MDG-T-050')[0]);
      for (const one of [isOver, fault]) one.catch(() => undefined);
      await Promise.race([isOver, fault]);
      acknowledges();
      await over;
      noFault(scene, 'MDG-T-050', 'batches in order and within their limits');
    },
  },
];

/** Whatever was played: a visit, and so a message of each kind. */
async function seesEach(scene: Scene): Promise<void> {
  const { seen } = scene.rig;
  if (!seen.batches.some(({ records }) => records.some(({ record }) => record?.type === 'end')))
    await scene.visit();
  await scene.until(() => (seen.telemetry.length > 0 ? true : undefined));
}

// Faults of the connection to the hub, of the hub's routing, and of its three services.
import { randomBytes } from 'node:crypto';
import type { RoutingBehaviour } from '../hub/routing/router.ts';
import { closed, end, type Fault, issued } from './fault.ts';
import type { Scene } from './scene.ts';

const late = end('refused', 'link/timeout');

const putInRouting = (scene: Scene, behaviour: RoutingBehaviour) =>
  scene.put(scene.shop.hub.behaviours.routing, behaviour);

/** The resident is one who is not entitled to the certificate. */
const refused = (name: string, summary: string, resident: string, code: string): Fault => ({
  name: `hub.${name}`,
  summary,
  expected: end('refused', code),
  arrange(scene) {
    scene.resident = resident;
  },
});

/** A service throws an error at every question. */
const down = (
  service: 'cardAuthentication' | 'cardStandard' | 'issuing',
  name: string,
  code: string,
): Fault => ({
  name: `hub.${name}-down`,
  summary: `the service ${name} does not work`,
  expected: end('refused', code),
  arrange: scene => void scene.put(scene.shop.hub.behaviours[service] as (() => never)[], fails),
});

const fails = (): never => {
  throw new Error('out of order');
};

export const hubFaults: readonly Fault[] = [
  {
    name: 'hub.link-cut-before',
    summary: 'the network is down',
    expected: closed('hub/offline'),
    arrange: ({ shop }) => shop.hub.broker.stop(),
    mend: ({ shop }) => shop.hub.broker.start(),
  },
  {
    name: 'hub.lost-after-order',
    summary: 'the network fails after the hub took the order and before the document came',
    expected: { ends: [...end('refused', 'link/offline').ends, ...late.ends] },
    arrange(scene) {
      const { broker } = scene.shop.hub;
      const cut = Promise.withResolvers<void>();
      putInRouting(scene, async ({ question }) => {
        if (question.ask === 'fetch') await cut.promise;
        return undefined;
      });
      scene.atState('cardReturned', async () => {
        await broker.stop();
        cut.resolve();
      });
      scene.atState('refused', () => broker.start());
    },
  },
  {
    name: 'hub.answers-never',
    summary: 'the hub receives the order and never answers',
    expected: late,
    arrange: scene =>
      void putInRouting(scene, ({ question }) => (question.ask === 'order' ? 'nothing' : undefined)),
  },
  {
    name: 'hub.answers-late',
    summary: 'the hub’s answer to the order comes after the end of the transaction',
    expected: late,
    arrange(scene) {
      const over = Promise.withResolvers<void>();
      putInRouting(scene, async ({ question }, { answer, send }) => {
        if (question.ask !== 'order') return undefined;
        const made = await answer();
        void over.promise.then(() => send(made));
        return 'nothing';
      });
      scene.atState('refused', () => over.resolve());
    },
  },
  {
    name: 'hub.answers-twice',
    summary: 'the hub sends each answer twice',
    expected: issued,
    arrange: scene =>
      void putInRouting(scene, async (_, { answer, send }) => {
        const made = await answer();
        await send(made);
        return made;
      }),
  },
  {
    name: 'hub.swaps-pieces',
    summary: 'the hub sends a wrong piece of the document',
    expected: end('refused', 'document/digest'),
    arrange: scene =>
      void putInRouting(scene, async ({ question }, { answer }) => {
        const made = await answer();
        if (question.ask !== 'fetch' || made.answer !== 'fetch') return made;
        return { ...made, chunk: randomBytes(made.chunk.length) };
      }),
  },
  {
    name: 'hub.forged-acknowledgement',
    summary:
      'the broker acknowledges records that the hub did not receive, and withholds the hub’s acknowledgements',
    expected: issued,
    async arrange(scene) {
      const { newKeyPair } = await import('../../agent/protocol/cose-key.ts');
      const { signAcknowledgement } = await import('../../agent/protocol/ledger.ts');
      const { topicsOf } = await import('../../agent/protocol/topics.ts');
      const { hub } = scene.shop;
      const forger = newKeyPair();
      const stopForging = scene.put(hub.behaviours.acknowledgement, async ({ terminal, acknowledgement }) => {
        const { acknowledgement: topic } = topicsOf(terminal);
        const forged = { ...acknowledgement, upto: acknowledgement.upto + 1000, tag: randomBytes(16) };
        await hub.forge(topic, signAcknowledgement(forged, topic, forger));
        await hub.forge(topic, randomBytes(200));
        return 'nothing' as const;
      });
      // a terminal that starts again serves nobody before it has received an acknowledgement of the hub
      for (const state of ['receipt', 'claim', 'refused', 'abandoned', 'refundDue', 'unknown'])
        scene.atState(state, stopForging);
    },
  },
  down('cardAuthentication', 'card-authentication', 'card/unavailable'),
  down('cardStandard', 'card-standard', 'standard/unavailable'),
  down('issuing', 'issuing', 'issuing/unavailable'),
  {
    name: 'hub.wrong-pseudonym-from-card-authentication',
    summary: 'the card authentication service names another resident than the issuing service',
    expected: end('refused', 'issuing/subject'),
    async arrange(scene) {
      const { authenticate } = await import('../hub/card-authentication/service.ts');
      scene.put(scene.shop.hub.behaviours.cardAuthentication, (question, state) =>
        authenticate(question, { ...state, commonKey: randomBytes(32) }),
      );
    },
  },
  refused(
    'protected',
    'the record is protected (支援措置): certificates are issued only at the counter of the municipality',
    'm501',
    'issuing/protected',
  ),
  refused('minor', 'a resident under 15', 'm403', 'issuing/minor'),
  refused('moved-out', 'a resident who has moved out', 'm601', 'issuing/moved'),
];

// Faults of the connection to the hub, of the hub's routing, and of its three services.
import { randomBytes } from 'node:crypto';
import type { RoutingBehaviour } from '../hub/routing/router.ts';
import { closed, end, type Fault, issued } from './fault.ts';
import { type Scene, takeAway } from './scene.ts';

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

type Service = 'cardAuthentication' | 'cardStandard' | 'issuing';
type ServiceBehaviour = (question: { ask: string }) => undefined;

const behavioursOf = ({ shop }: Scene, service: Service) =>
  shop.hub.behaviours[service] as ServiceBehaviour[];

/** Closes every connection: the terminal connects again, and asks at once whether the hub is there. */
async function reconnect({ shop }: Scene): Promise<void> {
  await shop.hub.broker.stop();
  await shop.hub.broker.start();
}

/** A service throws an error at every question, also at the hub's probe: nobody is asked for a PIN. */
const down = (service: Service, name: string): Fault => ({
  name: `hub.${name}-down`,
  summary: `the service ${name} does not work`,
  expected: closed(`hub/${service}`),
  async arrange(scene) {
    scene.put(behavioursOf(scene, service), outOfOrder);
    await reconnect(scene);
  },
  mend: scene => takeAway(behavioursOf(scene, service), outOfOrder),
});

/** A service answers the hub's probe and throws an error at every other question: it went down a moment ago. */
const fails = (service: Service, name: string, code: string): Fault => ({
  name: `hub.${name}-fails`,
  summary: `the service ${name} goes down when the PIN is typed`,
  expected: end('refused', code),
  arrange: scene =>
    void scene.put(behavioursOf(scene, service), ({ ask }) => (ask === 'probe' ? undefined : outOfOrder())),
});

const twoDaysMs = 2 * 86_400_000;

/** The day in any notation of year, month and day with digits. */
function dayInJapan(wall: number): RegExp {
  const [year, month, day] = new Date(wall)
    .toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' })
    .split('-')
    .map(Number);
  return new RegExp(`${year}\\D+0?${month}\\D+0?${day}(?!\\d)`);
}

const outOfOrder = (): never => {
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
    expected: end('refused', 'link/offline'),
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
    name: 'hub.answers-lost',
    summary: 'the first answer to each question is lost on the way',
    expected: issued,
    arrange(scene) {
      const asked = new Set<string>();
      putInRouting(scene, async ({ question: { ask } }, { answer }) => {
        if (asked.has(ask)) return undefined;
        asked.add(ask);
        await answer(); // the hub did its work
        return 'nothing';
      });
    },
  },
  {
    name: 'hub.broker-restarts-in-fetch',
    summary: 'the broker is killed while the document comes, and started again',
    expected: issued,
    arrange(scene) {
      const { broker } = scene.shop.hub;
      const restarted = Promise.withResolvers<void>();
      putInRouting(scene, async ({ question }) => {
        if (question.ask === 'fetch') await restarted.promise;
        return undefined;
      });
      scene.atState('cardReturned', async () => {
        await broker.kill();
        await broker.start();
        restarted.resolve();
      });
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
    name: 'hub.wrong-field',
    summary: 'the hub’s answer to the order has a field that the contract does not allow',
    expected: end('refused', 'link/answer'),
    arrange: scene =>
      void putInRouting(scene, async ({ question }, { answer }) => {
        const made = await answer();
        return question.ask === 'order' && made.answer === 'order' ? { ...made, size: 0 } : undefined;
      }),
    after({ shop }) {
      const line = shop.log.findLast(({ msg }) => msg === 'message not used')?.fields;
      return line?.path === 'answer.size' ? [] : [`the log has ${JSON.stringify(line)} of the wrong field`];
    },
  },
  {
    name: 'hub.clock-differs',
    summary: 'the hub’s clock is two days ahead of the terminal’s: the receipt has the hub’s day',
    expected: issued,
    async arrange(scene) {
      putInRouting(scene, async ({ question }, { answer }) => {
        const made = question.ask === 'probe' ? await answer() : undefined;
        return made?.answer === 'probe' ? { ...made, wall: made.wall + twoDaysMs } : made;
      });
      await reconnect(scene);
    },
    after({ shop }) {
      const receipt = shop.terminal.devices.receiptPrinter.receipts.at(-1)?.text.join('\n') ?? '';
      const days = [0, 60_000].map(ago => dayInJapan(Date.now() + twoDaysMs - ago));
      return days.some(day => day.test(receipt)) ? [] : [`the receipt has another day: ${receipt}`];
    },
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
  {
    name: 'hub.dead-behind-broker',
    summary: 'the hub is dead, and its broker works',
    expected: closed('hub/silent'),
    async arrange(scene) {
      await scene.shop.hub.crash();
      await reconnect(scene);
    },
    mend: ({ shop }) => shop.hub.recover(),
  },
  down('cardAuthentication', 'card-authentication'),
  down('cardStandard', 'card-standard'),
  down('issuing', 'issuing'),
  fails('cardAuthentication', 'card-authentication', 'card/unavailable'),
  fails('cardStandard', 'card-standard', 'standard/unavailable'),
  fails('issuing', 'issuing', 'issuing/unavailable'),
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

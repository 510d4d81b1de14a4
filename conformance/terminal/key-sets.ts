// Key sets that come on the terminal's topic: a later one is used and kept, every other is not.
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { type KeySet, readKeySet, signKeySet } from '../../agent/protocol/key-set.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { authenticate } from '../../simulator/hub/card-authentication/service.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import { keySetOf, rootOf } from '../../simulator/hub/keys/hub-keys.ts';
import { Failure } from '../check.ts';
import { about, type Scene, type TerminalCheck } from './scene.ts';

export const keySets: readonly TerminalCheck[] = [
  {
    name: 'a key set that is not later, or that too few or others signed, or with a point off the curve, is not taken',
    shows: ['MDG-T-064'],
    async run(scene) {
      await scene.up();
      const { keys } = scene.rig;
      const roots = [keys['root-1'], keys['root-2']];
      const hub = newKeyPair().coseKey;
      const offCurve = new Map(hub).set(-3, Buffer.alloc(32, 7));
      const present = presentOf(scene);
      const bad = {
        'another one of the same generation': signKeySet(
          withKeys(present, present.generation, { hub }),
          roots,
        ),
        'one that a single key signed': signKeySet(withKeys(present, 1_000, { hub }), roots.slice(0, 1)),
        'one that strangers signed': signKeySet(withKeys(present, 1_000, { hub }), [
          newKeyPair(),
          newKeyPair(),
        ]),
        'one with a point off the curve': signKeySet(withKeys(present, 1_000, { hub: offCurve }), roots),
      };
      for (const message of Object.values(bad)) await publish(scene, message);
      await issued(scene, `key sets with another key of the hub: ${Object.keys(bad).join(', ')}`);
    },
  },
  {
    name: 'a later key set is used at once, and still after a start; then the lower one of the hub is not taken',
    shows: ['MDG-T-064'],
    limitMs: 240_000,
    async run(scene) {
      await scene.up();
      const { rig } = scene;
      const { keys, subject } = rig;
      const roots = [keys['root-1'], keys['root-2']];
      const present = presentOf(scene);
      const signing = newKeyPair();
      const generation = present.generation + ++published;
      const later = withKeys(present, generation, { cardAuthentication: signing.coseKey });
      await publish(scene, signKeySet(later, roots));
      const token = scene.put('cardAuthentication', (question, state) =>
        authenticate(question, { ...state, signing }),
      );
      const order = scene.put('issuing', (question, state) =>
        takeOrder(question, { ...state, cardAuthentication: signing.coseKey }),
      );
      scene.undo(async () => {
        if (rig.isOnline) await rig.hub.forge(topicsOf(rig.terminal).keySet, formerKeys(scene));
      });
      await issued(scene, 'a later key set, and a token that its new key signed');
      if (subject.isStarted) {
        await scene.again(); // the hub publishes its own, lower one at each connection
        await issued(
          scene,
          'a start after a later key set, the former one, and a token that the new key signed',
        );
      }
      token();
      order();
      await publish(scene, formerKeys(scene));
      await issued(scene, 'a later key set with the former keys');
    },
  },
];

/** Key sets beyond the hub's own that were published: each has a generation of its own. */
let published = 0;

/** A yet later key set with the hub's own keys. */
const formerKeys = (scene: Scene): Buffer =>
  signKeySet(withKeys(presentOf(scene), 1 + ++published, {}), [
    scene.rig.keys['root-1'],
    scene.rig.keys['root-2'],
  ]);

const presentOf = ({ rig }: Scene): KeySet => readKeySet(keySetOf(rig.keys, 1), rootOf(rig.keys));

const withKeys = (set: KeySet, generation: number, keys: Partial<KeySet['keys']>): KeySet => ({
  ...{ ...set, generation },
  keys: { ...set.keys, ...keys },
});

/** Resolves when the terminal has got it. */
async function publish(scene: Scene, message: Buffer): Promise<void> {
  const { hub, seen, terminal } = scene.rig;
  const { keySet } = topicsOf(terminal);
  await hub.forge(keySet, message);
  await scene.until(() => seen.replies.find(({ payload }) => payload.equals(message)));
}

async function issued(scene: Scene, sent: string): Promise<void> {
  const visit = await scene.visit();
  if (visit.end?.outcome === 'issued') return;
  throw new Failure({ sent, expected: 'a visit that ends issued', came: about(visit) });
}

// Acknowledgements that are missing, forged, of another place, or of a hub that was restored: no record may be lost.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf } from '../../agent/protocol/context.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import type { Acknowledgement } from '../../agent/protocol/ledger.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { Failure } from '../check.ts';
import { about, type Scene, type TerminalCheck } from './scene.ts';
import type { SeenBatch } from './sightings.ts';

export const acknowledgements: readonly TerminalCheck[] = [
  {
    name: 'records that nobody acknowledges are sent again, and telemetry waits for them',
    shows: ['MDG-T-051', 'MDG-T-060'],
    async run(scene) {
      scene.needsVisitCommand();
      await scene.settled();
      const { seen } = scene.rig;
      const heard = scene.put('acknowledgement', () => 'nothing');
      const held = Promise.withResolvers<void>();
      scene.undo(held.resolve);
      scene.put('routing', async ({ question }) => {
        if (question.ask === 'authenticate') await held.promise;
        return undefined;
      });
      const before = seen.batches.length;
      const { made, over } = scene.startVisit();
      const first = await nextRecords(scene, before);
      await sentAgain(scene, first, 'no acknowledgement', ['MDG-T-051']);
      // what was on its way when the first record came into being has come; the telemetry of the visit's end is still to be made
      const began = seen.telemetry.length;
      held.resolve();
      await made;
      await sentAgain(scene, first, 'no acknowledgement', ['MDG-T-051']);
      const early = seen.telemetry.slice(began);
      heard();
      await over;
      if (early.length > 0)
        throw new Failure({
          ...{
            sent: 'no acknowledgement of ledger records',
            expected: 'no telemetry until they are acknowledged',
          },
          ...{ came: `${early.length} batches of telemetry`, of: ['MDG-T-060'] },
        });
      await scene.until(() => seen.telemetry.length > began || undefined);
    },
  },
  ...Object.entries<{ of: string; make: Forgery }>({
    'another key signed': { of: 'MDG-T-054', make: (body, topic) => signed(body, topic, newKeyPair()) },
    'is for another topic': {
      of: 'MDG-T-054',
      make: (body, topic, { rig }) => signed(body, topic.replace('/acknowledgement', '/reply'), rig.keys.hub),
    },
    'is of another run': {
      of: 'MDG-T-054',
      make: (body, topic, { rig }) => signed({ ...body, session: randomBytes(16) }, topic, rig.keys.hub),
    },
    'is of another enrolment': {
      of: 'MDG-T-054',
      make: (body, topic, { rig }) => signed({ ...body, epoch: body.epoch + 1 }, topic, rig.keys.hub),
    },
    'names another terminal': {
      of: 'MDG-T-004',
      make: (body, topic, { rig }) => signed({ ...body, terminal: 'another-terminal' }, topic, rig.keys.hub),
    },
    'has an unnamed field': {
      of: 'MDG-T-003',
      make: (body, topic, { rig }) => signed({ ...body, more: 1 } as Acknowledgement, topic, rig.keys.hub),
    },
  }).map(
    ([what, { of, make }]): TerminalCheck => ({
      name: `an acknowledgement that ${what} is not used`,
      shows: [of],
      run: scene => notUsed(scene, `an acknowledgement that ${what}`, make),
    }),
  ),
  {
    name: 'on a higher generation with an older cursor the records after it come again',
    shows: ['MDG-T-052'],
    async run(scene) {
      await scene.settled();
      const { hub, terminal, front } = scene.rig;
      const dir = temporaryFolder('kit-backup');
      scene.undo(() => rmSync(dir, { recursive: true, force: true }));
      hub.ledger.backup(join(dir, 'ledger.db'));
      await scene.visit();
      await scene.settled();
      const had = hub.ledger.cursor(terminal);
      await hub.restore(join(dir, 'ledger.db'));
      const lost = hub.ledger.cursor(terminal);
      front.cut(); // it asks for the cursor on its next connection
      const has = scene.until(() => hub.ledger.cursor(terminal) >= had || undefined);
      if (!(await scene.within(againWithinMs, has)))
        throw new Failure({
          ...{ sent: `a higher generation, and cursor ${lost}`, expected: `the records up to ${had}` },
          came: `records up to ${hub.ledger.cursor(terminal)}`,
        });
    },
  },
  {
    name: 'a generation below one of the same session moves nothing, and the hub is asked in a new session',
    shows: ['MDG-T-058'],
    run: lowerGeneration,
  },
  {
    name: 'an older cursor in the same generation moves nothing, and after three waits nobody is served',
    shows: ['MDG-T-053'],
    limitMs: 240_000,
    run: behind,
  },
];

/** Whatever a terminal has to send again comes within this time, in ms. */
export const againWithinMs = 60_000;

type Forgery = (body: Acknowledgement, topic: string, scene: Scene) => Buffer;
const signed = (body: Acknowledgement, topic: string, key: Parameters<typeof sign1>[1]): Buffer =>
  sign1(body, key, contextOf.topic(topic));

/** The first batch with records from number `from` of the list on. */
export const nextRecords = (scene: Scene, from: number): Promise<SeenBatch> =>
  scene.until(() => scene.rig.seen.batches.slice(from).find(({ records }) => records.length > 0));

/** Resolves when the first record of `batch` comes again, from now on: what was sent without an acknowledgement, was sent before. */
export const comesAgain = (scene: Scene, { records: [first] }: SeenBatch): Promise<SeenBatch> => {
  const { batches } = scene.rig.seen;
  const from = batches.length;
  return scene.until(() =>
    batches.slice(from).find(({ records }) => records.some(({ seq }) => seq === first!.seq)),
  );
};

/** Resolves when the first record of `batch` comes again. Errors: Failure. */
async function sentAgain(scene: Scene, batch: SeenBatch, sent: string, of: readonly string[]): Promise<void> {
  const first = batch.records[0]!.seq;
  if (!(await scene.within(againWithinMs, comesAgain(scene, batch))))
    throw new Failure({
      ...{ sent, of },
      expected: `record ${first} again`,
      came: `nothing in ${againWithinMs / 1000} s`,
    });
}

/** The right acknowledgements are held back, and a forged one comes in place of each. */
async function notUsed(scene: Scene, sent: string, make: Forgery): Promise<void> {
  await scene.settled();
  const { hub, seen, terminal } = scene.rig;
  const { acknowledgement: topic } = topicsOf(terminal);
  const usual = scene.put('acknowledgement', async ({ acknowledgement }) => {
    await hub.forge(topic, make(acknowledgement, topic, scene));
    return 'nothing' as const;
  });
  const before = seen.batches.length;
  const { over } = scene.startVisit();
  const first = await nextRecords(scene, before);
  await sentAgain(scene, first, sent, []).catch(error => {
    if (!(error instanceof Failure)) throw error;
    throw new Failure({ sent, expected: 'the records again', came: 'they never came again' });
  });
  usual();
  const visit = await over;
  if (visit.end?.outcome !== 'issued')
    throw new Failure({ sent, expected: 'a visit that is not touched by it', came: about(visit) });
  await scene.settled();
}

async function behind(scene: Scene): Promise<void> {
  await scene.visit();
  await scene.settled();
  const { hub, seen, terminal } = scene.rig;
  const rows = hub.ledger.rows().filter(row => row.terminal === terminal);
  const old = rows.at(-4)!;
  const cursor = hub.ledger.cursor(terminal);
  const sent = `cursor ${old.seq} in place of ${cursor}, in the same generation`;
  const usual = scene.put('acknowledgement', ({ acknowledgement }) => ({
    ...acknowledgement,
    ...{ upto: old.seq, tag: Buffer.from(old.tag, 'hex'), refused: [] },
  }));
  const from = seen.batches.length;
  await scene.startVisit().over; // its records are never acknowledged
  const later = () => seen.batches.slice(from).filter(({ records }) => records.length > 0);
  const rounds = () => later().filter((batch, i, all) => i > 0 && batch.from <= all[i - 1]!.from).length;
  await scene.until(() => (rounds() >= 4 ? true : undefined));
  const moved = later().find(batch => batch.from <= cursor);
  if (moved)
    throw new Failure({ sent, expected: `no record up to ${cursor}`, came: `a batch from ${moved.from}` });
  const { fromMs, over } = await scene.noVisit(); // by now it has had a wrong cursor four times, a wait apart
  const begun = seen.questions.some(({ atMs, question }) => atMs > fromMs && question.ask === 'challenge');
  usual();
  await over;
  if (begun)
    throw new Failure({
      sent: `${sent}, four times`,
      expected: 'nobody is served',
      came: 'a challenge was asked for',
    });
  await scene.settled();
}

async function lowerGeneration(scene: Scene): Promise<void> {
  await scene.settled();
  const { seen, terminal } = scene.rig;
  let isFirst = true;
  scene.put('acknowledgement', ({ acknowledgement }) => {
    if (!isFirst) return undefined; // the hub's own, of a lower generation
    isFirst = false;
    return { ...acknowledgement, generation: acknowledgement.generation + 1_000 };
  });
  const before = seen.batches.length;
  const { over } = scene.startVisit();
  const { session } = await nextRecords(scene, before);
  const late = scene.rest(againWithinMs).then(() => 'late' as const);
  late.catch(() => undefined);
  const renewed = () =>
    seen.batches.slice(before).find(one => one.line.name === terminal && !one.session.equals(session));
  const sent = 'an acknowledgement of a far too high generation, then right ones';
  if ((await Promise.race([scene.until(renewed), late])) === 'late')
    throw new Failure({
      ...{ sent, expected: 'a batch in a new session', came: `none within ${againWithinMs / 1000} s` },
    });
  const visit = await over;
  if (visit.end?.outcome !== 'issued')
    throw new Failure({ sent, expected: 'a visit that is not touched by it', came: about(visit) });
  await scene.settled();
}

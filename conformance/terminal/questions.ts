// How a terminal asks: again where no answer comes, not for ever, and not without a hub.

import { encode } from '../../agent/protocol/cbor.ts';
import type { Answer, Question } from '../../agent/protocol/exchange.ts';
import { Failure } from '../check.ts';
import { about, asked, type Scene, type TerminalCheck } from './scene.ts';
import { endsWithoutMoney } from './without-money.ts';

/** What a terminal and a slow machine may take beyond a wait, in ms. */
const slackMs = 3_000;

const silentAt = (ask: 'challenge' | 'authenticate' | 'order' | 'fetch'): TerminalCheck => ({
  name: `a hub that is silent at ${ask}: the question ends, and no money is kept without paper`,
  shows: ['MDG-T-030', 'MDG-T-045'],
  async run(scene) {
    await scene.up();
    scene.put('routing', ({ question }) => (question.ask === ask ? 'nothing' : undefined));
    const visit = await scene.visit();
    const copies = asked(visit, ask);
    const first = copies[0];
    const waited = first ? (copies.at(-1)?.atMs ?? 0) - first.atMs : 0;
    const limit = (first?.waitsMs ?? 0) + slackMs;
    endsWithoutMoney(visit, `no answer to ${ask}`);
    if (copies.length > 1 && waited < limit) return;
    throw new Failure({
      ...{ sent: `no answer to ${ask}`, expected: 'copies until its wait is over', of: ['MDG-T-030'] },
      came: `${copies.length} copies in ${Math.round(waited)} ms; ${about(visit)}`,
    });
  },
});

export const questions: readonly TerminalCheck[] = [
  {
    name: 'a question comes again under its id, with waits that grow and what is left of its time',
    shows: ['MDG-T-030'],
    async run(scene) {
      await scene.up();
      let lost = 2;
      scene.put('routing', async ({ question }, { answer }) => {
        if (question.ask !== 'challenge' || lost === 0) return undefined;
        lost--;
        await answer(); // the hub did its work
        return 'nothing';
      });
      const visit = await scene.visit();
      const copies = asked(visit, 'challenge');
      const [first] = copies;
      const wrongs = [
        visit.end?.outcome !== 'issued' && `the visit did not end issued`,
        copies.length < 3 && `${copies.length} copies`,
        first && copies.some(({ id }) => !id.equals(first.id)) && 'another id',
        first &&
          copies.some(({ question }) => !encode(question).equals(encode(first.question))) &&
          'another question',
        copies.some(({ waitsMs }, i) => i > 0 && waitsMs >= copies[i - 1]!.waitsMs) &&
          'waitsMs does not fall',
        copies.length >= 3 && !grows(copies.map(({ waitsMs }) => waitsMs)) && 'the waits do not grow',
      ].filter(wrong => typeof wrong === 'string');
      if (wrongs.length > 0)
        throw new Failure({
          ...{
            sent: 'no answer to the first two copies of challenge',
            expected: 'a third one, and then a visit',
          },
          came: `${wrongs.join('; ')}; ${about(visit)}`,
        });
    },
  },
  ...(['challenge', 'authenticate', 'order', 'fetch'] as const).map(silentAt),
  {
    name: 'nobody is served where the hub does not answer on this connection, or a service is away',
    shows: ['MDG-T-034'],
    limitMs: 240_000,
    async run(scene) {
      await servesNobody(scene, 'no answer to probe on a new connection', () => 'nothing');
      await servesNobody(scene, 'issuing is away', made =>
        made.answer === 'probe' ? { ...made, services: { ...made.services, issuing: false } } : made,
      );
    },
  },
  {
    name: 'the hub is asked every 20 to 40 s at random, and more often while a service is away',
    shows: ['MDG-T-035'],
    limitMs: 300_000,
    run: probes,
  },
];

type Change = (made: Answer) => Answer | 'nothing' | Promise<Answer | 'nothing'>;

const putProbe = (scene: Scene, change: Change): (() => void) =>
  scene.put('routing', async ({ question }, { answer }) =>
    question.ask === 'probe' ? change(await answer()) : undefined,
  );

/** Errors: Failure where a visit begins while the hub answers `probe` so, on a new connection. */
export async function servesNobody(scene: Scene, what: string, change: Change): Promise<void> {
  await scene.measured();
  await scene.ready();
  const { rig } = scene;
  const { front, seen } = rig;
  let changed: Answer | 'nothing' | undefined;
  const usual = putProbe(scene, async made => {
    changed = await change(made);
    seen.look();
    return changed;
  });
  const sinceMs = performance.now();
  front.cut();
  const since = (ask: Question['ask']) =>
    seen.questions.filter(({ atMs, question }) => atMs > sinceMs && question.ask === ask);
  await scene.until(() => since('probe')[0]);
  await scene.until(() => (changed === 'nothing' ? changed : changed && rig.answeredProbe));
  const { over } = await scene.noVisit();
  const begun = since('challenge').length > 0;
  usual();
  const visit = await over;
  if (begun)
    throw new Failure({
      sent: what,
      expected: 'no question of a visit',
      came: `a challenge was asked for; ${about(visit)}`,
    });
}

/** What is left of a question's time in its first three copies, in ms: the terminal's own clock, for either process may be late. */
export const grows = ([first = 0, second = 0, third = 0]: readonly number[]): boolean =>
  second - third >= 1.2 * (first - second);

const usualGaps = 3;
/** Of three gaps between 20 and 40 s, drawn evenly, less than one in 1,000 lie closer together. */
const leastSpreadMs = 300;

/** Whether times between probes, in ms, are drawn at random. */
export const isRandom = (gaps: readonly number[]): boolean =>
  Math.max(...gaps) - Math.min(...gaps) > leastSpreadMs;

async function probes(scene: Scene): Promise<void> {
  await scene.again();
  const { seen } = scene.rig;
  const line = seen.lines.at(-1)!.line;
  const times = () => {
    const ids = new Map<string, number>();
    for (const { id, question, atMs, line: on } of seen.questions)
      if (question.ask === 'probe' && on === line && !ids.has(id.toString('hex')))
        ids.set(id.toString('hex'), atMs);
    return [...ids.values()];
  };
  const gaps = () =>
    times()
      .map((at, i, all) => at - (all[i - 1] ?? Number.NaN))
      .slice(1);
  await scene.until(() => gaps().length >= usualGaps || undefined);
  const usual = gaps();
  putProbe(scene, made =>
    made.answer === 'probe' ? { ...made, services: { ...made.services, issuing: false } } : made,
  );
  const before = usual.length;
  await scene.until(() => (gaps().length >= before + 2 ? true : undefined));
  const short = gaps().at(before + 1)!;
  const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const isUsual = (ms: number) => ms >= 20_000 - slackMs && ms <= 40_000 + slackMs;
  if (!usual.every(isUsual) || short > 5_000 + slackMs || !isRandom(usual))
    throw new Failure({
      ...{
        sent: 'right answers to probe, then one without a service',
        expected: '20 to 40 s at random, then at most 5 s',
      },
      came: `${usual.map(s).join(', ')}; then ${s(short)}`,
    });
}

// One resident's session at one gate, run as the agent does it, with the given mix-ups.
import { randomBytes } from 'node:crypto';
import { outcomeOf } from '../../../refusal.ts';
import { put, type Rig } from '../gate-rig.ts';
import { readFirst } from '../services.ts';
import { type Case, type Confusion, type Issue, issue, makeToken } from './hub.ts';
import type { Habit } from './mix-ups.ts';
import { deliver } from './pieces.ts';
import type { Resident } from './town.ts';

/** A gate, and the answer that came too late for the customer before. */
export interface Counter {
  gate: Rig;
  late?: Buffer | undefined;
}

/** What truly is, for the judge. */
export interface Truth {
  transaction: string;
  resident: Resident;
  /** What the resident chose on the screen. */
  chosen: Case['order'];
  /** What the services made in answer to the order; the last where there were two. */
  issue?: Issue;
  revoked: boolean;
  /** The time was over: nothing may come out any more. */
  over: boolean;
}

export interface Plan {
  confusions: readonly Confusion[];
  habits: ReadonlySet<Habit>;
  nextNumber(): number;
  /** Another session's document, for its pieces. */
  foreign: Buffer;
}

/** Runs the session to its end, and fills in `truth`. Errors: the gate's refusal. */
export async function visit(counter: Counter, truth: Truth, plan: Plan): Promise<void> {
  const { habits } = plan;
  const { transaction } = truth;
  const gate: Rig = { ...counter.gate, transaction };
  const order = habits.has('shownOtherwise') ? { ...truth.chosen, kind: 'taxReturn' } : truth.chosen;
  const earlier = habits.has('opensAgain') ? await ordered(gate, truth, order, plan) : undefined;
  if (earlier) await gate.call('close', { transaction, evidenceReceived: true });
  const made = await ordered(gate, truth, order, plan);
  truth.issue = made;
  truth.revoked = habits.has('isRevoked');
  const again = { transaction, token: made.token, challenge: randomBytes(32), order };
  if (habits.has('ordersTwice')) await outcomeOf(gate.call('order', again));
  const { late } = counter;
  counter.late = habits.has('givesUp') ? made.sealed : undefined;
  if (counter.late) return;
  if (late) await put(gate, late);
  else await deliver(gate, (earlier ?? made).sealed, habits, plan.foreign);
  await gate.call('check', { transaction });
  if (habits.has('putsTwice')) await outcomeOf(put(gate, made.sealed));
  if (habits.has('holdsBack')) {
    truth.over = true;
    await gate.clock.move(30 * 60_000);
  }
  await print(gate, habits.has('printsTwice'));
}

async function print(gate: Rig, twice: boolean): Promise<void> {
  const { transaction } = gate;
  const once = () => gate.call('print', { transaction, timeoutMs: 20_000 });
  await gate.call('createJob', { transaction });
  await Promise.all(twice ? [once(), once()] : [once()]);
  if (!twice) return;
  await outcomeOf(gate.call('createJob', { transaction }));
  await once();
}

/** From the card in to what the services made. */
async function ordered(gate: Rig, truth: Truth, order: Case['order'], plan: Plan): Promise<Issue> {
  const { transaction } = gate;
  const { resident } = truth;
  await gate.call('open', { transaction });
  gate.native.answers.readCard = async () => ({
    profile: 'mynumber',
    triesLeft: 3,
    certificate: Buffer.from(resident.certificate),
  });
  await gate.call('readCard', { transaction });
  await gate.call('verifyPin', { transaction, timeoutMs: 1000 });
  const { sealed } = await gate.call('authenticate', { transaction, challenge: randomBytes(32) });
  const asked = readFirst(sealed, Buffer.from(transaction, 'hex'));
  const here = { asked, terminal: gate.parts.settings.terminal, resident, order };
  const said = makeToken(here, plan.confusions);
  await gate.call('order', { transaction, token: said.token, challenge: randomBytes(32), order });
  return issue(here, said, plan.nextNumber(), plan.confusions);
}

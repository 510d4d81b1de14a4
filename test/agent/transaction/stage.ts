// Fakes of everything that a transaction needs: a gate and a hub with given answers, a resident who says yes, a till.

import { createHash } from 'node:crypto';
import type { CommandEvent, GateDoor } from '../../../agent/commands/gate-door.ts';
import type { Journal } from '../../../agent/journal/journal.ts';
import type { Ask, PaymentOperation, Prompt, ToPanel } from '../../../agent/panel/messages.ts';
import { Panel, type PanelConnection } from '../../../agent/panel/panel.ts';
import type { Configuration } from '../../../agent/protocol/configuration.ts';
import type { Answer, Question } from '../../../agent/protocol/exchange.ts';
import type { Event } from '../../../agent/transaction/event.ts';
import type { GatePort, HubPort, Ports } from '../../../agent/transaction/ports.ts';
import { TransactionRunner } from '../../../agent/transaction/runner.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import type { CallOptions } from '../../../drivers/door/client.ts';
import type { CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import { ManualClock } from '../../manual-clock.ts';
import { goodDevices } from '../readiness/all-ready.ts';
import { MemoryJournal } from './memory-journal.ts';
import { evidence, transaction, waits } from './story.ts';

const sealed = Buffer.alloc(100_000, 5);

type GateAnswers = {
  [N in CommandName<GateDoor>]?: (
    params: ParamsOf<GateDoor, N>,
    options?: CallOptions<CommandEvent>,
  ) => Promise<ResultOf<GateDoor, N>>;
};
type HubAnswers = { [A in Question['ask']]?: (question: Extract<Question, { ask: A }>) => Promise<Answer> };
/** State of a payment, and the paid amount in yen; default: the amount that was asked for, where any is paid. */
type TillAnswer = string | readonly [state: string, paidYen: number];
type TillAnswers = { [O in PaymentOperation]?: TillAnswer | undefined };
/** What the resident answers, one after the other. */
type Answers = { [K in Ask['kind']]?: readonly unknown[] };

const configuration: Configuration = {
  schema: 1,
  audience: 'test-1',
  seq: 1,
  waits,
  municipalities: {
    '132047': {
      name: '三鷹市',
      kinds: {
        juminhyo: {
          title: '住民票の写し',
          feeYen: 200,
          maxCopies: 10,
          media: 'iso_a4_210x297mm',
          sides: 'one-sided',
          options: [],
          members: false,
        },
      },
    },
  },
};

const goodGate: GateAnswers = {
  open: async () => ({}),
  readCard: async () => ({ profile: 'mynumber', triesLeft: 3 }),
  verifyPin: async () => ({}),
  authenticate: async () => ({ sealed: Buffer.from('a') }),
  order: async () => ({ sealed: Buffer.from('o') }),
  putDocument: async ({ offset, chunk }) => ({ received: offset + chunk.length }),
  check: async () => ({ pages: 1, copies: 1 }),
  status: async () => goodDevices,
  createJob: async () => ({ job: { id: 5, uri: 'ipp://localhost/5' }, impressions: 1 }),
  print: async () => ({
    outcome: { result: 'printed', jobState: 'completed', jobReasons: [], impressions: 1, expected: 1 },
    evidence,
  }),
  printReceipt: async () => ({}),
  close: async () => ({}),
  lateEvidence: async () => ({ pending: false }),
};

const goodHub: HubAnswers = {
  challenge: async () => ({ answer: 'challenge', challenge: Buffer.alloc(32, 1) }),
  authenticate: async () => ({
    answer: 'authenticate',
    token: Buffer.from('token'),
    offer: { municipality: '132047', kinds: ['juminhyo'], members: [] },
    orderChallenge: Buffer.alloc(32, 2),
  }),
  order: async () => ({
    answer: 'order',
    size: sealed.length,
    digest: createHash('sha256').update(sealed).digest(),
  }),
  fetch: async ({ offset }) => ({
    answer: 'fetch',
    offset,
    chunk: sealed.subarray(offset, offset + 65_536),
  }),
};

/** What a transaction needs of a journal. */
export type StageJournal = Pick<Journal, 'recovered' | 'append' | 'onAppend'>;

export interface StageOptions<J extends StageJournal = MemoryJournal> {
  gate?: GateAnswers;
  hub?: HubAnswers;
  /** What the till answers; undefined: nothing. */
  till?: TillAnswers;
  /** Default: one copy, and yes. */
  resident?: Answers;
  journal?: J;
  onPrompt?: (prompt: Prompt) => void;
}

export class Stage<J extends StageJournal = MemoryJournal> {
  readonly clock = new ManualClock();
  readonly panel = new Panel(this.clock);
  readonly journal: J;
  readonly log = new TransactionLog(this.clock);
  /** Everything asked of gate, hub and till, in order. */
  readonly asked: string[] = [];
  readonly prompts: string[] = [];
  readonly interrupted: { transaction: string; state: State }[];
  readonly ports: Ports;
  readonly #connection: PanelConnection;

  constructor({
    gate = {},
    hub = {},
    till = {},
    resident = {},
    journal = new MemoryJournal() as StageJournal as J,
    onPrompt = () => undefined,
  }: StageOptions<J> = {}) {
    this.journal = journal;
    this.interrupted = this.log.resume(journal);
    const gateAnswers = { ...goodGate, ...gate };
    const hubAnswers = { ...goodHub, ...hub };
    const answers: Answers = { choose: [{ kind: 'juminhyo', options: {}, copies: 1 }], ...resident };
    const tillAnswers: TillAnswers = {
      ...{ begin: 'paid', status: 'pending', capture: 'captured', void: 'voided' },
      ...till,
    };
    const gatePort: GatePort = {
      call: async (name, params, options) => {
        this.asked.push(name);
        return (gateAnswers[name] as (p: unknown, o: unknown) => Promise<never>)(params, options);
      },
    };
    const hubPort: HubPort = {
      ask: async question => {
        this.asked.push(`hub ${question.ask}`);
        return (hubAnswers[question.ask] as (q: Question) => Promise<Answer>)(question);
      },
    };
    this.#connection = {
      send: message => {
        if (message.type === 'prompt') onPrompt(message);
        this.#resident(message, tillAnswers, answers);
      },
    };
    this.connectPanel();
    const { clock, panel } = this;
    this.ports = {
      gate: gatePort,
      hub: hubPort,
      panel,
      clock,
      configuration,
      terminal: 'test-1',
      log: silentLog,
    };
  }

  connectPanel(): void {
    this.panel.connect(this.#connection);
  }

  run(first: Event = { is: 'started', transaction, waits }, state?: State): TransactionRunner {
    const runner = new TransactionRunner(transaction, this.ports, this.log, {
      ...(state && { state }),
      onStep: (now, { is }) => {
        // the resident takes the card when the screen asks for it
        if (is === 'ordered') queueMicrotask(() => runner.dispatch({ is: 'cardTaken' }));
        this.steps.push(now.at);
        this.held = now;
      },
    });
    runner.dispatch(first);
    return runner;
  }
  readonly steps: State['at'][] = [];
  /** After the last step. */
  held: State | undefined;

  #resident(message: ToPanel, till: TillAnswers, answers: Answers): void {
    if (message.type === 'prompt') this.prompts.push(message.id);
    if (message.type === 'ask')
      for (const value of answers[message.question.kind] ?? [{ yes: true }])
        queueMicrotask(() => this.panel.receive({ type: 'answer', ask: message.ask, value }));
    if (message.type === 'payment') {
      const { request, operation, transaction: of, amountYen } = message;
      this.asked.push(`till ${operation}`);
      const answer = till[operation];
      if (answer === undefined) return;
      const [state, reportedYen] = typeof answer === 'string' ? [answer] : answer;
      const has = state === 'paid' || state === 'captured' || (operation === 'void' && state === 'refused');
      const paidYen = reportedYen ?? (has ? amountYen : 0);
      queueMicrotask(() =>
        this.panel.receive({ type: 'payment', request, transaction: of, state: state as 'paid', paidYen }),
      );
    }
  }
}

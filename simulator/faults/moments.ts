// Holds a visit in a chosen state of its transaction: how the visit comes to the state, and what keeps it there.
import type { Shop } from '../shop/shop.ts';
import { changesTheirMind, isPrompt, isQuestion, onQuestion, refusesVoid, waits } from './habits.ts';
import { atSide, twoSides } from './printing.ts';
import type { Scene } from './scene.ts';

interface Moment {
  /** The state of the transaction, and the event that led to it if the state has several parts. */
  state: string;
  event?: string;
  /** Calls `act` at the moment, if the state alone does not determine it. */
  when?(scene: Scene, act: () => void): void;
  /** Changes the visit so that it comes to this state, if an ordinary visit does not. */
  way?(scene: Scene): void;
  /** Keeps the visit in the state until `over` resolves. Not needed for the state of an end. */
  hold?(scene: Scene, over: Promise<void>): void;
}

/** INS of the command that tests whether a card answers when the reader starts. It comes before the transaction. */
const GET_DATA = 0xca;
const CREATE_JOB = 5;
const GET_PRINTER_ATTRIBUTES = 11;

type Hold = NonNullable<Moment['hold']>;

/** The hub withholds its answer to a question. */
const hubKeeps =
  (ask: Parameters<Shop['hub']['keepsBack']>[0]): Hold =>
  ({ shop }, over) =>
    shop.hub.keepsBack(ask, over);

const residentWaits =
  (fits: Parameters<typeof waits>[0]): Hold =>
  (scene, over) =>
    scene.does(waits(fits, over));

const pagePrinterKeeps =
  (kept: number): Hold =>
  (scene, over) =>
    void scene.put(scene.shop.terminal.devices.pagePrinter.behaviours, {
      name: `keeps(${kept})`,
      async onRequest({ operation }) {
        if (operation === kept) await over;
        return undefined;
      },
    });

/** Holds the receipt printer from state `at` on. A slip of an earlier state is printed. */
const receiptPrinterWaits =
  (at: 'receipt' | 'claim'): Hold =>
  (scene, over) =>
    scene.atState(
      at,
      () =>
        void scene.put(scene.shop.terminal.devices.receiptPrinter.behaviours, async came => {
          if (came.is === 'command') await over;
          return undefined;
        }),
    );

const tillRefusesVoid = (scene: Scene) => {
  scene.does(changesTheirMind);
  scene.put(scene.shop.panel.till.behaviours, refusesVoid);
};

/** The till does not answer `operation` until `over` resolves. */
const tillIsSilent =
  (operation: string): Hold =>
  (scene, over) => {
    let silent = true;
    void over.then(() => {
      silent = false;
    });
    scene.put(scene.shop.panel.till.behaviours, event =>
      silent && event.is === 'asked' && event.operation === operation ? 'nothing' : undefined,
    );
  };

/** By name, in the order of an ordinary visit; then the ends. */
export const moments = {
  card: {
    state: 'card',
    hold: (scene, over) =>
      scene.withCard(card =>
        card.behaviours.unshift(async ({ ins }) => {
          if (ins !== GET_DATA) await over;
          return undefined;
        }),
      ),
  },
  pin: { state: 'pin', hold: residentWaits(isPrompt('enterPin')) },
  authenticate: { state: 'authenticate', hold: hubKeeps('challenge') },
  choose: { state: 'choose', hold: residentWaits(isQuestion('choose')) },
  confirm: { state: 'confirm', hold: residentWaits(isQuestion('confirm')) },
  order: { state: 'order', hold: hubKeeps('order') },
  cardReturned: { state: 'cardReturned', hold: residentWaits(isPrompt('takeCard')) },
  fetch: { state: 'fetch', hold: hubKeeps('fetch') },
  check: {
    state: 'check',
    // not earlier: the readiness check asks the printer for its attributes too
    hold: (scene, over) =>
      scene.atState('cardReturned', () => pagePrinterKeeps(GET_PRINTER_ATTRIBUTES)(scene, over)),
  },
  pay: { state: 'pay', hold: residentWaits(isPrompt('pay')) },
  capture: { state: 'pay', event: 'paid', hold: tillIsSilent('capture') },
  print: { state: 'print', event: 'captured', hold: pagePrinterKeeps(CREATE_JOB) },
  jobMade: { state: 'print', event: 'jobCreated' },
  printing: {
    state: 'print',
    when: (scene, act) => atSide(scene, 1, act),
    hold: (scene, over) =>
      void over.then(() =>
        scene.shop.terminal.devices.pagePrinter.clear('no reason: only wakes the printer'),
      ),
  },
  receipt: { state: 'receipt', hold: receiptPrinterWaits('receipt') },
  void: { state: 'void', way: scene => scene.does(changesTheirMind), hold: tillIsSilent('void') },
  claim: { state: 'claim', way: tillRefusesVoid, hold: receiptPrinterWaits('claim') },
  done: { state: 'done' },
  refused: {
    state: 'refused',
    way(scene) {
      scene.resident = 'm601';
    },
  },
  abandoned: {
    state: 'abandoned',
    way: scene => scene.does(onQuestion('choose', (_, { panel }) => panel.cancel())),
  },
  refundDue: { state: 'refundDue', way: tillRefusesVoid },
  unknown: {
    state: 'unknown',
    way(scene) {
      twoSides(scene);
      atSide(scene, 2, printer => printer.cancel());
    },
  },
} as const satisfies Record<string, Moment>;

export type MomentName = keyof typeof moments;

/** Brings a visit to this moment and acts there. The visit goes on when `act` is done. */
export function atMoment(scene: Scene, name: MomentName, act: () => Promise<void>): void {
  const moment: Moment = moments[name];
  const over = Promise.withResolvers<void>();
  moment.way?.(scene);
  moment.hold?.(scene, over.promise);
  const acts = () => act().finally(over.resolve);
  if (moment.when) moment.when(scene, () => scene.act(acts));
  else scene.atState(moment.state, acts, moment.event);
}

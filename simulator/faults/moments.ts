// Every state of a transaction as a moment that lasts: the way that leads to it, and what holds it there.
import type { Shop } from '../shop/shop.ts';
import { changesTheirMind, isPrompt, isQuestion, onQuestion, refusesVoid, waits } from './habits.ts';
import { atSide, twoSides } from './printing.ts';
import type { Scene } from './scene.ts';

interface Moment {
  /** The machine's state, and the event that led to it where the state has parts. */
  state: string;
  event?: string;
  /** Tells when it has come, where the state alone does not. */
  when?(scene: Scene, act: () => void): void;
  /** The way there, where it is not the straight one. */
  way?(scene: Scene): void;
  /** Keeps it there until `over`; an end needs no keeping. */
  hold?(scene: Scene, over: Promise<void>): void;
}

/** How a reader that comes up asks whether the card in it answers: that is not the transaction yet. */
const GET_DATA = 0xca;
const CREATE_JOB = 5;
const GET_PRINTER_ATTRIBUTES = 11;

type Hold = NonNullable<Moment['hold']>;

/** The hub keeps its answer to a question back. */
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

/** From state `at` on: a slip of another state is not kept back. */
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

/** The till stays silent when it is asked for this, until it is over. */
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

/** By name, in the order in which a resident lives them; then the ends. */
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
    // not before: the counter asks the printer too
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
      void over.then(() => scene.shop.terminal.devices.pagePrinter.clear('nothing: look again')),
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

/** Leads a visit to this moment and acts there; what holds it there lets go when that is done. */
export function atMoment(scene: Scene, name: MomentName, act: () => Promise<void>): void {
  const moment: Moment = moments[name];
  const over = Promise.withResolvers<void>();
  moment.way?.(scene);
  moment.hold?.(scene, over.promise);
  const acts = () => act().finally(over.resolve);
  if (moment.when) moment.when(scene, () => scene.act(acts));
  else scene.atState(moment.state, acts, moment.event);
}

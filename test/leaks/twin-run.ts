// One whole issue with a PIN: everything that it wrote and sent, and how often its own PIN and the twin's are in each place.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import { fourDigitTexts, pinsIn } from './digits.ts';
import { type Eavesdropper, eavesdrop } from './eavesdropper.ts';
import { filesIn, journalIn } from './files.ts';
import { searchMemory } from './search.ts';
import { cborSkeleton, doorSkeleton, panelSkeleton, skeleton } from './skeleton.ts';
import { type Place, streamsOf, withData } from './streams.ts';
import { TracedShop } from './traced-shop.ts';
import { type Counts, countForms, findIn, pinForms } from './twins.ts';

const processes = ['agent', 'gate'] as const;

export interface TwinRun {
  pin: string;
  twin: string;
  /** Without what is new each time: to be the same in both runs. */
  said: Record<'log' | 'journal' | 'panel' | 'gate door' | 'native door' | 'MQTT topics', string[]>;
  /** Of processes, and of kinds of places; `planted`: of the agent, after the screen sent it the PIN. */
  counts: Record<string, Counts>;
  planted: Counts;
  /** How often each four-digit text is in the processes' memory. */
  texts: Record<(typeof processes)[number], Uint32Array>;
}

/** `choose` is given the pids of agent and gate before the visit; default: PINs that are in neither. */
export async function twinRun(
  choose: (pids: readonly number[]) => Promise<[pin: string, twin: string]> = pinsIn,
): Promise<TwinRun> {
  let ear: Eavesdropper | undefined;
  const stage = await TracedShop.open(withData, async shop => {
    ear = await eavesdrop(shop);
  });
  try {
    const { shop } = stage;
    const [pin, twin] = await choose(processes.map(name => stage.pid(name)));
    let account = '';
    shop.terminal.devices.pinpad.onPrompt(entry => {
      account = entry.account;
    });
    const card = await shop.card('m101', { pin });
    const began = shop.log.length;
    // the card is taken when the document is held, and not sooner or later by chance
    const isHeld = () =>
      shop.log.slice(began).some(({ msg, fields }) => msg === 'step' && fields.event === 'documentHeld');
    const takesItThen: Habit = (seen, { hands }) => {
      if (seen.is !== 'prompt' || seen.prompt.id !== 'takeCard') return false;
      const look = setInterval(() => {
        if (!isHeld()) return;
        clearInterval(look);
        hands.takeCard();
      }, 5);
      return true;
    };
    const habits = [takesItThen, ...goodHabits];
    assert.is(await shop.visit({ resident: 'm101', pin, card, habits }), 'issued');
    await shop.ended();
    // the ledger may know of it before the agent's log has come through its pipe
    while (!shop.log.slice(began).some(({ msg }) => msg === 'transaction ended')) await setTimeout(5);
    const [own, other] = [pinForms(pin, account), pinForms(twin, account)];
    const inMemory = (name: (typeof processes)[number]) =>
      countForms(needles => searchMemory(name, stage.pid(name), needles), own, other);
    const memory = { agent: inMemory('agent'), gate: inMemory('gate') };
    const texts = {
      agent: fourDigitTexts(stage.pid('agent')),
      gate: fourDigitTexts(stage.pid('gate')),
    };
    const log = shop.log.slice(began);
    for (let nth = 0; nth < 20; nth++) shop.panel.answer(1_000 + nth, { pin });
    await shop.panel.reopen(shop.terminal.panelSocket); // then the agent has read what came before
    const planted = inMemory('agent');
    const journal = await journalIn(join(shop.terminal.home, 'agent'));
    await stage.endAgent();
    const streams = (['agent', 'gate', 'native'] as const).flatMap(name =>
      streamsOf(name, stage.calls(name)),
    );
    const files = await filesIn(join(shop.dir, 't'));
    const received = ear!.received;
    const isDevice = ({ where }: Place) => /^native .*(?:pcscd\.comm|<char)/.test(where);
    const logged = log.map(entry => ({ where: 'log', bytes: Buffer.from(JSON.stringify(entry)) }));
    const places = {
      log: logged,
      journal,
      files,
      MQTT: received,
      devices: streams.filter(isDevice),
      sockets: streams.filter(place => !isDevice(place)),
    };
    const counted = Object.entries(places).map(
      ([kind, of]) => [kind, countForms(findIn(of), own, other)] as const,
    );
    return {
      ...{ pin, twin },
      said: {
        log: steps(log.map(entry => JSON.stringify(skeleton(entry)))),
        journal: journal.map(({ bytes }) => cborSkeleton(bytes)),
        panel: atTheCounter(panelSkeleton(streamOf(streams, /^agent writes .*\/panel\.sock/))),
        ...doors(streams),
        'MQTT topics': received.filter(isAsked).map(({ where }) => where),
      },
      counts: { ...memory, ...Object.fromEntries(counted) },
      planted,
      texts,
    };
  } finally {
    await ear?.close();
    await stage.close();
  }
}

/** A probe goes out when its time has come. */
const isAsked = ({ where, bytes }: Place): boolean =>
  /\/(?:request|reply)$/.test(where) && !bytes.includes('probe');

/** A door's two directions. The native process's door has no path: it is the one that greets. */
function doors(streams: Place[]): Pick<TwinRun['said'], 'gate door' | 'native door'> {
  const [ofGate, ofNative] = [new Map<number, string>(), new Map<number, string>()];
  const greets = (direction: string) =>
    longest(
      streams.filter(
        ({ where, bytes }) =>
          where.startsWith(`native ${direction}`) && bytes.subarray(0, 16).includes('hello'),
      ),
    );
  return {
    'gate door': [
      ...doorSkeleton(streamOf(streams, /^agent writes .*\/gate\.sock/), ofGate),
      ...doorSkeleton(streamOf(streams, /^agent reads .*\/gate\.sock/), ofGate),
    ],
    'native door': [...doorSkeleton(greets('reads'), ofNative), ...doorSkeleton(greets('writes'), ofNative)],
  };
}

const streamOf = (streams: Place[], name: RegExp): Buffer =>
  longest(streams.filter(({ where }) => name.test(where)));

/** A connection may have been tried before the one that everything went over. */
const longest = (places: Place[]): Buffer =>
  places.map(({ bytes }) => bytes).sort((a, b) => b.length - a.length)[0]!;

/** Before the card and after the paper the clock decides what is shown, and which of three processes writes first. */
const steps = (lines: string[]) => lines.filter(line => !line.includes('"counter shows"')).sort();
const atTheCounter = (lines: string[]) =>
  lines.filter(line => !/"(?:outOfService|insertCard|hello)"/.test(line));

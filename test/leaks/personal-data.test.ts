// timeout: 90 s
// Name, address and paper of a resident: while they pay, in the gate alone; a second after the end, nowhere in the terminal.
// The hub and the printer, which have them by right, live in this process.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { type Eavesdropper, eavesdrop } from './eavesdropper.ts';
import { filesIn, journalIn } from './files.ts';
import { searchDeep } from './inflate.ts';
import { textNeedles } from './needles.ts';
import { descendants } from './processes.ts';
import { asLines, type Finding, type Needle, searchMemoryInTurns } from './search.ts';
import { type Place, streamsOf, withData } from './streams.ts';
import { TracedShop } from './traced-shop.ts';

interface Seen {
  /** In the gate, and in all other processes, while the resident pays; and in all a second after the end. */
  gate: Finding[];
  others: Finding[];
  after: Finding[];
  searched: string[];
  paperPieces: number;
  /** On the way to the printer, and everywhere else. */
  printed: Finding[];
  places: Finding[];
  counts: Record<'files' | 'journal' | 'mqtt' | 'streams', number>;
}
const test = suite<Seen>('personal data');
const resident = 'm101';
/** How long personal data may be found after a transaction's end, in ms: the promise that is tested. */
const afterEndMs = 1_000;

/** Pieces of each packed stream of the paper (pages, and fonts with just its characters), and of what they unpack to. */
function paperNeedles(pdf: Buffer): Needle[] {
  const streams = pdf
    .toString('latin1')
    .matchAll(/\/FlateDecode(?:(?!endobj).)*?stream\r?\n(.*?)endstream/gs);
  return [...streams].flatMap(([, latin1 = '']) => {
    const packed = Buffer.from(latin1, 'latin1');
    return [
      ...piecesOf(packed).map(bytes => ({ form: 'paper, packed', bytes })),
      ...piecesOf(inflateSync(packed)).map(bytes => ({ form: 'paper', bytes })),
    ];
  });
}

/** Pieces long and mixed enough to be nowhere by chance: the beginning, the middle, near the end. */
function piecesOf(bytes: Buffer): Buffer[] {
  const long = 24;
  const pieces = [0.1, 0.3, 0.5, 0.7, 0.9].map(part =>
    bytes.subarray(Math.floor(bytes.length * part)).subarray(0, long),
  );
  return pieces.filter(piece => piece.length === long && new Set(piece).size > 12);
}

const searchAll = (places: Place[], needles: Needle[]) =>
  places.flatMap(({ where, bytes }) => searchDeep(where, bytes, needles));

async function searchProcesses(needles: Needle[]) {
  // strace holds what it was given to trace, and setpriv becomes another program
  const running = descendants().filter(({ name }) => name !== 'strace' && name !== 'setpriv');
  const found: { pid: number; name: string; findings: Finding[] }[] = [];
  for (const { pid, name } of running)
    found.push({
      pid,
      name,
      findings: await searchMemoryInTurns(`${name} ${pid}`, pid, needles, searchDeep),
    });
  return found;
}

test.before(async context => {
  let ear: Eavesdropper | undefined;
  const stage = await TracedShop.open(withData, async shop => {
    ear = await eavesdrop(shop);
  });
  try {
    const { shop } = stage;
    const { panel, hub, terminal } = shop;
    const { resident: person, household } = hub.residents.find(resident)!;
    const needles = [
      ...textNeedles('name', person.name),
      ...textNeedles('name without its space', person.name.replace(/\s/g, '')),
      ...textNeedles('kana', person.kana),
      ...textNeedles('address', household.address),
    ];
    hub.behaviours.issuing.unshift((question, state) =>
      takeOrder(question, {
        ...state,
        async make(verified, entry) {
          const drawn = await draw(verified, [entry], state);
          needles.push(...paperNeedles(drawn.pdf));
          return seal(verified, drawn, state);
        },
      }),
    );
    const paysLater: Habit = seen => seen.is === 'prompt' && seen.prompt.id === 'pay';
    const visiting = shop.visit({ resident, habits: [paysLater, ...goodHabits] });
    await untilShown(panel, 'pay');
    const during = await searchProcesses(needles);
    const isGate = ({ pid }: { pid: number }) => pid === stage.pid('gate');
    while (panel.prompt?.id === 'pay') if (!panel.till.insert(100)) await sleep(5);
    assert.is(
      await visiting,
      'issued',
      shop.log.map(({ msg, fields }) => `${msg} ${JSON.stringify(fields)}`).join('\n'),
    );
    await shop.ended();
    await sleep(afterEndMs);
    const after = await searchProcesses(needles);
    const journal = await journalIn(join(terminal.home, 'agent'));
    await stage.endAgent();
    const streams = (['agent', 'gate', 'native'] as const).flatMap(name =>
      streamsOf(name, stage.calls(name)),
    );
    const [toPrinter, elsewhere] = [streams.filter(isPrinter), streams.filter(place => !isPrinter(place))];
    const files = await filesIn(join(shop.dir, 't'));
    const { received } = ear!;
    Object.assign(context, {
      gate: during.filter(isGate).flatMap(({ findings }) => findings),
      others: during.filter(one => !isGate(one)).flatMap(({ findings }) => findings),
      after: after.flatMap(({ findings }) => findings),
      paperPieces: needles.filter(({ form }) => form.startsWith('paper')).length,
      searched: during.map(({ name }) => name),
      printed: searchAll(toPrinter, needles),
      places: searchAll([...files, ...journal, ...received, ...elsewhere], needles),
      counts: {
        files: files.length,
        journal: journal.length,
        mqtt: received.length,
        streams: elsewhere.length,
      },
    } satisfies Seen);
  } finally {
    await ear?.close();
    await stage.close();
  }
});

const isPrinter = ({ where }: Place) => where.includes('/page-printer.sock');

test('while the resident pays, the gate has the paper, and the search finds it', ({ gate, paperPieces }) => {
  assert.ok(paperPieces > 10, `${paperPieces} pieces of the paper are looked for`);
  assert.ok(
    gate.some(({ form }) => form === 'paper, packed'),
    asLines(gate).join('\n'),
  );
});

test('and no other process has anything', ({ others, searched }) => {
  assert.equal(asLines(others), []);
  for (const name of ['pcscd', 'mosquitto', 'socat'])
    assert.ok(searched.includes(name), `${name} of ${searched}`);
});

test('a second after the end no process has anything, the gate included', ({ after }) => {
  assert.equal(asLines(after), []);
});

test('the paper went over the printer socket, and the search finds it there', ({ printed }) => {
  assert.ok(
    printed.some(({ form }) => form === 'paper, packed'),
    asLines(printed).join('\n'),
  );
});

test('nothing is in any file, journal entry, message, socket, pipe or line', ({ places, counts }) => {
  assert.equal(asLines(places), []);
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 5, `${count} ${what} were searched`);
});

test.run();

// Visits in a traced shop: what of a resident's data is in which process while they pay and after the end, and in everything that was
// written or sent. The hub and the printer, which have them by right, live in this process.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { isGateRefusal } from '../../agent/gate/gate-refusal.ts';
import { type PdfFile, readPdfFile } from '../../agent/gate/pdf/file.ts';
import type { PdfObject } from '../../agent/gate/pdf/value.ts';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import { type Drawn, seal } from '../../simulator/hub/issuing/make-document.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import type { IssuingState } from '../../simulator/hub/issuing/state.ts';
import type { VerifiedOrder } from '../../simulator/hub/issuing/verified-order.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { type Eavesdropper, eavesdrop } from './eavesdropper.ts';
import { filesIn, journalIn } from './files.ts';
import { searchDeep } from './inflate.ts';
import { textNeedles } from './needles.ts';
import { descendants } from './processes.ts';
import { type Finding, type Needle, searchMemoryInTurns } from './search.ts';
import { type Place, streamsOf, withData } from './streams.ts';
import { TracedShop } from './traced-shop.ts';

/** How the hub draws the document of a visit. */
export interface Issue {
  name: string;
  draw(verified: VerifiedOrder, entry: Entry, state: IssuingState): Promise<Drawn>;
  /** What the document says of a person, beside the resident's name, kana and address. */
  says: readonly string[];
  /** The file before it is stamped, where that is known: what of it is in some process before the visit, such as a font's licence, is everybody's. */
  plain?: Buffer;
}

export interface Watched {
  name: string;
  /** In the gate, and in all other processes, while the resident pays; and in all a second after the end. */
  gate: Finding[];
  others: Finding[];
  after: Finding[];
  searched: string[];
  paperPieces: number;
}

export interface Seen {
  visits: Watched[];
  /** On the way to the printer, and everywhere else. */
  printed: Finding[];
  places: Finding[];
  counts: Record<'files' | 'journal' | 'mqtt' | 'streams', number>;
}

/** How long personal data may be found after a transaction's end, in ms: the promise that is tested. */
const afterEndMs = 1_000;

/** Pieces of each stream of the paper (pages, and fonts with just its characters) as it is in the file, and of what it decodes to. */
function paperNeedles(name: string, pdf: Buffer): Needle[] {
  const file = readPdfFile(pdf);
  return [...file.objects].flatMap(([number, object]) => {
    const { stream } = object;
    // a stamp names nobody, and the gate reads it
    if (!stream || isStamp.test(stream.toString('latin1'))) return [];
    const clear = decoded(file, object);
    return [
      ...piecesOf(stream).map(bytes => ({ form: `${name}: paper, packed, of object ${number}`, bytes })),
      ...(clear
        ? piecesOf(clear).map(bytes => ({ form: `${name}: paper, of object ${number}`, bytes }))
        : []),
    ];
  });
}

const isStamp = /^\/Madoguchi <<\/Stamp <[0-9a-f]+>>> BDC EMC\s*$/;

/** Of a filter that the gate does not read, such as an image's: undefined. */
function decoded(file: PdfFile, object: PdfObject): Buffer | undefined {
  try {
    return file.decoder.decoded(object, file.resolve, bytes => Buffer.from(bytes));
  } catch (error) {
    if (isGateRefusal(error)) return undefined;
    throw error;
  }
}

/** Pieces long and mixed enough to be nowhere by chance: the beginning, the middle, near the end. */
function piecesOf(bytes: Buffer): Buffer[] {
  const long = 24;
  // the gate reads names of resources as text; producers make them of numbers and digests
  const names = [...bytes.toString('latin1').matchAll(/\/[A-Za-z0-9]{8,}/g)];
  const isInName = (at: number) =>
    names.some(({ index, 0: name }) => at < index + name.length && index < at + long);
  const places = [0.1, 0.3, 0.5, 0.7, 0.9].map(part => Math.floor(bytes.length * part));
  const pieces = places.filter(at => !isInName(at)).map(at => bytes.subarray(at, at + long));
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

/** Bytes of those needles that some process has. */
async function knownBefore(needles: readonly Needle[]): Promise<Buffer[]> {
  const numbered = needles.map(({ bytes }, nth) => ({ form: String(nth), bytes }));
  const found = (await searchProcesses(numbered)).flatMap(({ findings }) => findings);
  return [...new Set(found.map(({ form }) => Number.parseInt(form, 10)))].map(nth => needles[nth]!.bytes);
}

/** One visit of `resident` for each of `issues`, at one terminal. */
export async function watchVisits(resident: string, issues: readonly Issue[]): Promise<Seen> {
  let ear: Eavesdropper | undefined;
  const stage = await TracedShop.open(withData, async shop => {
    ear = await eavesdrop(shop);
  });
  try {
    const { shop } = stage;
    const { hub, terminal } = shop;
    const { resident: person, household } = hub.residents.find(resident)!;
    const needles = [
      ...textNeedles('name', person.name),
      ...textNeedles('name without its space', person.name.replace(/\s/g, '')),
      ...textNeedles('kana', person.kana),
      ...textNeedles('address', household.address),
      ...issues.flatMap(({ name, says }) => says.flatMap(text => textNeedles(name, text))),
    ];
    const visits: Watched[] = [];
    for (const issue of issues) visits.push(await watched(stage, resident, issue, needles));
    const journal = await journalIn(join(terminal.home, 'agent'));
    await stage.endAgent();
    const streams = (['agent', 'gate', 'native'] as const).flatMap(name =>
      streamsOf(name, stage.calls(name)),
    );
    const [toPrinter, elsewhere] = [streams.filter(isPrinter), streams.filter(place => !isPrinter(place))];
    const files = await filesIn(join(shop.dir, 't'));
    const { received } = ear!;
    return {
      visits,
      printed: searchAll(toPrinter, needles),
      places: searchAll([...files, ...journal, ...received, ...elsewhere], needles),
      counts: {
        files: files.length,
        journal: journal.length,
        mqtt: received.length,
        streams: elsewhere.length,
      },
    };
  } finally {
    await ear?.close();
    await stage.close();
  }
}

/** `needles` gets the pieces of this visit's paper. */
async function watched(
  stage: TracedShop,
  resident: string,
  issue: Issue,
  needles: Needle[],
): Promise<Watched> {
  const { shop } = stage;
  const { panel, hub } = shop;
  const before = needles.length;
  const everybodys = issue.plain ? await knownBefore(paperNeedles(issue.name, issue.plain)) : [];
  const isNew = ({ bytes }: Needle) => !everybodys.some(known => known.equals(bytes));
  hub.behaviours.issuing.unshift((question, state) =>
    takeOrder(question, {
      ...state,
      async make(verified, entry) {
        const drawn = await issue.draw(verified, entry, state);
        needles.push(...paperNeedles(issue.name, drawn.pdf).filter(isNew));
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
  hub.behaviours.issuing.shift();
  return {
    name: issue.name,
    gate: during.filter(isGate).flatMap(({ findings }) => findings),
    others: during.filter(one => !isGate(one)).flatMap(({ findings }) => findings),
    after: after.flatMap(({ findings }) => findings),
    searched: during.map(({ name }) => name),
    paperPieces: needles.length - before,
  };
}

const isPrinter = ({ where }: Place) => where.includes('/page-printer.sock');

// Visits of a whole terminal at the hub in Python, good and bad. Each returns what is wrong: nothing, where all is as it should be.
import { rmSync } from 'node:fs';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { type VisitOutcome, visitAt } from '../../../simulator/terminal/one-visit.ts';
import { type PythonHub, textOf } from './python-hub.ts';

const copies = 2;
const feeYen = 200;
/** Whose card it is, by the hub's own city.py. */
const resident = /三鷹 花子 +MITAKA HANAKO/;

interface Visit {
  cards: string;
  code?: string;
  /** Called with each step of the transaction: the state that it leads to. */
  onStep?(at: string): void;
}

interface Visited extends VisitOutcome {
  papers: Buffer[];
}

async function visit(hub: PythonHub, { cards, code = hub.code(), onStep }: Visit): Promise<Visited> {
  const dir = temporaryFolder('second-hub');
  const papers: Buffer[] = [];
  const { enrolmentUrl, rootThumbprint } = hub;
  const say = (line: string) => {
    const [, at] = /^agent: info: step .*"at":"(\w+)"/.exec(line) ?? [];
    if (at) onStep?.(at);
  };
  try {
    const outcome = await visitAt(
      {
        ...{ hub: { enrolmentUrl, rootThumbprint, code }, cards, pin: '1234', kind: 'juminhyo' },
        ...{ city: '132047', copies, onPaper: pdf => papers.push(pdf) },
      },
      { dir, say },
    );
    return { ...outcome, papers };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Ledger, till and paper say the same, each record is there once, and nobody pays for nothing. */
function disagreements(hub: PythonHub, { transaction, papers, ...seen }: Visited): string[] {
  const { ends, steps, records } = hub.ledgerOf(transaction ?? '');
  const [end] = ends;
  const isIssued = seen.outcome === 'issued';
  const fee = isIssued ? copies * feeYen : 0;
  const faults: [boolean, string][] = [
    [seen.unacknowledged === 0, `${seen.unacknowledged} records are not acknowledged`],
    [ends.length === 1 && end?.outcome === seen.outcome, `ends in the ledger: ${JSON.stringify(ends)}`],
    [records.filter(({ type }) => type === 'end').length === 1, 'the transaction has not one end record'],
    [steps.length > 0 && steps.every((step, at) => step === at), `steps in the ledger: ${steps}`],
    [seen.keptYen === fee && end?.keptYen === fee, `till ${seen.keptYen}, ledger ${end?.keptYen} yen`],
    [end?.owedYen === 0, `${end?.owedYen} yen are owed`],
    [end?.evidence === (isIssued ? 'printed' : null), `evidence: ${end?.evidence}`],
    [papers.length === (isIssued ? 1 : 0), `${papers.length} papers`],
    [papers.every(pdf => resident.test(textOf(pdf))), 'the paper does not show the resident'],
  ];
  return faults.filter(([right]) => !right).map(([, what]) => what);
}

/** A certificate is issued. */
export async function issue(hub: PythonHub, cards: string): Promise<string[]> {
  const visited = await visit(hub, { cards });
  if (visited.outcome !== 'issued') return [`${visited.outcome}, ${visited.code}`];
  return disagreements(hub, visited);
}

/**
 * The hub is killed when a step leads to `at`, and started again. What it keeps in memory is lost: `issued` where the document was
 * fetched by then, refused before, and in no case a record or a coin too many or too few.
 */
export async function killedAt(
  at: string,
  issued: boolean,
  hub: PythonHub,
  cards: string,
): Promise<string[]> {
  let restarted: Promise<void> | undefined;
  const onStep = (reached: string) => {
    if (reached === at) restarted ??= hub.kill().then(() => hub.again());
  };
  const visited = await visit(hub, { cards, onStep });
  if (!restarted) return ['the step was never reached'];
  await restarted;
  const wanted = issued ? ['issued'] : ['issued', 'refused'];
  const wrong = wanted.includes(visited.outcome) ? [] : [`${visited.outcome}, ${visited.code}`];
  return [...wrong, ...disagreements(hub, visited)];
}

/** A card of another authority: refused, and nothing is paid. */
export async function wrongCard(hub: PythonHub, others: string): Promise<string[]> {
  const visited = await visit(hub, { cards: others });
  const wrong = visited.code === 'card/untrusted' ? [] : [`${visited.outcome}, ${visited.code}`];
  return [...wrong, ...disagreements(hub, visited)];
}

/** A code that there is not: no terminal is enrolled. */
export async function wrongCode(hub: PythonHub, cards: string): Promise<string[]> {
  const code = '00000-00000-00000-00000-00000';
  const ended = await visit(hub, { cards, code }).catch((error: unknown) => String(error));
  return String(ended).includes('enrolment/unknownCode') ? [] : [JSON.stringify(ended)];
}

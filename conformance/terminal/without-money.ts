// What must hold of a visit that has no right document: no money, no paper.
import { Failure } from '../check.ts';
import { about, type Visit } from './scene.ts';

/** Errors: Failure of `of` where the visit went on, or paper came out; of MDG-T-045 where money was taken, and the visit ended. */
export function endsWithoutMoney(visit: Visit, sent: string, of: readonly string[] = ['MDG-T-045']): void {
  const { end, steps, said } = visit;
  if (!end) throw new Failure({ sent, expected: 'an end in the ledger', came: about(visit), of });
  if (end.outcome === 'issued' || end.evidence || (said.sheets ?? 0) > 0)
    throw new Failure({
      ...{ sent, expected: 'no paper', of },
      came: `${about(visit)}${end.evidence ? ', evidence of a print' : ''}, ${said.sheets ?? '?'} sheets`,
    });
  if (end.keptYen > 0 || end.owedYen > 0 || (said.insertedYen ?? 0) > 0 || steps.includes('pay'))
    throw new Failure({
      ...{ sent, expected: 'an end without any money', of: ['MDG-T-045'] },
      came: `${about(visit)}, steps ${steps.join(' ')}, ${said.insertedYen ?? '?'} yen in the till`,
    });
}

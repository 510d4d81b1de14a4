// The conformance kit at the hub in Python, with what an operator does for it: a kill, a backup, a restore.
import { join } from 'node:path';
import { hubChecks, notVisible } from '../../../conformance/hub/checks.ts';
import { HubRig } from '../../../conformance/hub/rig.ts';
import { judge } from '../../../conformance/judge.ts';
import { requirementsOf } from '../../../conformance/requirements.ts';
import type { Scorecard } from '../../../conformance/scorecard.ts';
import type { PythonHub } from './python-hub.ts';

export interface Judgement {
  passed: number;
  /** Each requirement that failed, or that a check was for and could not try, with the reason. */
  faults: string[];
}

/** Plays the kit. It uses three codes up: of two terminals, and of the first again. `only`: numbers of requirements. */
export async function playKit(
  hub: PythonHub,
  dir: string,
  cards: string,
  only?: readonly string[],
): Promise<Judgement> {
  const backup = join(dir, 'backup.sqlite');
  const rig = new HubRig({
    ...{ url: new URL(hub.enrolmentUrl), codes: [hub.code(), hub.code(), hub.code()], cards },
    root: Buffer.from(hub.rootThumbprint, 'hex'),
    restart: async () => {
      await hub.kill();
      await hub.again();
    },
    backup: async () => hub.backup(backup),
    restore: () => hub.restore(backup),
  });
  const requirements = requirementsOf('H').filter(({ number }) => only?.includes(number) ?? true);
  const lines: string[] = [];
  try {
    const judged = { form: 'hub', target: 'the hub in Python', requirements, checks: hubChecks, notVisible };
    await judge({ ...judged, json: true, print: line => lines.push(line) }, rig);
  } finally {
    await rig.close();
  }
  const { passed, requirements: outcomes }: Scorecard = JSON.parse(lines.join(''));
  const wrong = outcomes.filter(({ outcome, checks }) => outcome !== 'passed' && checks.length > 0);
  return { passed, faults: wrong.map(({ number, outcome, why }) => `${number} ${outcome}: ${why}`) };
}

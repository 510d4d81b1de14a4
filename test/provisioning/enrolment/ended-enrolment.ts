// An enrolment that ends at one of its steps on the disk, and is run again with the same code and home.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { readHome } from '../../../agent/config/home.ts';
import { place, type start, terminal } from './enrolment-rig.ts';
import { type Failure, failingAt } from './failing-steps.ts';

/** What stands beside a home, and has its name. */
export const beside = (home: string): string[] =>
  readdirSync(dirname(home)).filter(name => name.startsWith(`${basename(home)}.`));

/**
 * Checks that the second run gets the one enrolment, and leaves nothing beside the home. Where the first one had put the home in its
 * place already, that home is checked. Gives the number of steps where the first run had fewer than `failing`.
 */
export async function endsAndRunsAgain(
  world: Awaited<ReturnType<typeof start>>,
  failing: number,
  how: Failure,
): Promise<number | undefined> {
  const [home, code] = [place(), world.codes.create(terminal, 10_000)];
  const epoch = (world.terminals.find(terminal)?.epoch ?? 0) + 1;
  const at = `step ${failing}, ${how}`;
  const steps = await failingAt(home, failing, how, () => world.run(code, home)).catch(() => undefined);
  if (!existsSync(home)) {
    await world.run(code, home).catch((error: Error) => assert.unreachable(`${at}: ${error.message}`));
    assert.equal(readdirSync(home).sort(), ['agent', 'gate'], at);
  }
  assert.is((await readHome(join(home, 'agent'))).epoch, epoch, at);
  assert.is(world.terminals.find(terminal)?.epoch, epoch, at);
  assert.equal(beside(home), [], at);
  return steps !== undefined && steps < failing ? steps : undefined;
}

// timeout: 90 s
// Name, address and paper of a resident: while they pay, in the gate alone; a second after the end, nowhere in the terminal.
// `producers.leaks.ts` is the same for the certificates of every producer.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { draw } from '../../simulator/hub/issuing/make-document.ts';
import { asLines } from './search.ts';
import { type Issue, type Seen, watchVisits } from './watched-visits.ts';

const test = suite<Seen>('personal data');
const ours = 'ours';

test.before(async context => {
  const issue: Issue = {
    name: ours,
    says: [],
    draw: (verified, entry, state) => draw(verified, [entry], state),
  };
  Object.assign(context, await watchVisits('m101', [issue]));
});

test('while the resident pays, the gate has the paper, and the search finds it', ({ visits: [visit] }) => {
  const { gate, paperPieces } = visit!;
  assert.ok(paperPieces > 10, `${paperPieces} pieces of the paper are looked for`);
  assert.ok(
    gate.some(({ form }) => form.startsWith(`${ours}: paper, packed`)),
    asLines(gate).join('\n'),
  );
});

test('and no other process has anything', ({ visits: [visit] }) => {
  const { others, searched } = visit!;
  assert.equal(asLines(others), []);
  for (const name of ['pcscd', 'mosquitto', 'socat'])
    assert.ok(searched.includes(name), `${name} of ${searched}`);
});

test('a second after the end no process has anything, the gate included', ({ visits: [visit] }) => {
  assert.equal(asLines(visit!.after), []);
});

test('the paper went over the printer socket, and the search finds it there', ({ printed }) => {
  assert.ok(
    printed.some(({ form }) => form.startsWith(`${ours}: paper, packed`)),
    asLines(printed).join('\n'),
  );
});

test('nothing is in any file, journal entry, message, socket, pipe or line', ({ places, counts }) => {
  assert.equal(asLines(places), []);
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 5, `${count} ${what} were searched`);
});

test.run();

// timeout: 900 s
// `npm run test:leaks`: as personal-data.test.ts, for a certificate of every producer, one visit each at one terminal.
// PRODUCERS=reportlab,qpdf plays these only.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawnBy } from '../agent/gate/producers/issued-by.ts';
import { residents } from '../agent/gate/producers/make-sample.ts';
import { producers } from '../agent/gate/producers/producers.ts';
import { readSample } from '../agent/gate/producers/samples.ts';
import { asLines } from './search.ts';
import { type Issue, type Seen, watchVisits } from './watched-visits.ts';

const wanted = process.env.PRODUCERS?.split(',') ?? producers.map(({ name }) => name);
const [person] = residents;
const test = suite<Seen>('producers');

test.before(async context => {
  const issues: Issue[] = wanted.map(name => ({
    name,
    says: [person!.name],
    draw: drawnBy(name),
    plain: readSample(name),
  }));
  Object.assign(context, await watchVisits('m101', issues));
});

for (const [nth, name] of wanted.entries()) {
  test(`${name}: while the resident pays, the gate has the paper, and no other process`, ({ visits }) => {
    const { gate, others, paperPieces } = visits[nth]!;
    assert.ok(paperPieces > 4, `${paperPieces} pieces of the paper are looked for`);
    assert.ok(
      gate.some(({ form }) => form.startsWith(`${name}: paper`)),
      asLines(gate).join('\n'),
    );
    assert.equal(asLines(others), []);
  });

  test(`${name}: a second after the end no process has anything`, ({ visits }) => {
    assert.equal(asLines(visits[nth]!.after), []);
  });

  test(`${name}: the paper went over the printer socket`, ({ printed }) => {
    assert.ok(printed.some(({ form }) => form.startsWith(`${name}: paper`)));
  });
}

test('nothing is in any file, journal entry, message, socket, pipe or line', ({ places, counts }) => {
  assert.equal(asLines(places), []);
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 5, `${count} ${what} were searched`);
});

test.run();

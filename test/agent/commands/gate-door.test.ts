// What the gate's door lets in has a place in the ledger: the longest and the largest of it too.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { gateDoor } from '../../../agent/commands/gate-door.ts';
import { type Event, encodeEvent, readEvent } from '../../../agent/transaction/event.ts';

const { createJob, print, readCard } = gateDoor.commands;

function recorded(event: Event): void {
  assert.equal(readEvent(encodeEvent(event)), event);
}

test('a job with the longest URI and the greatest id of IPP is recorded', () => {
  const uri = `ipp://localhost/${'j'.repeat(1023 - 16)}`;
  for (const id of [0, 2 ** 31 - 1]) {
    const { job } = v.parse(createJob.result, { job: { id, uri }, impressions: 9999 });
    recorded({ is: 'jobCreated', job });
  }
  const longer = { job: { id: 1, uri: `${uri}j` }, impressions: 1 };
  assert.not(v.is(createJob.result, longer));
});

test('every number of impressions and the longest evidence is recorded', () => {
  for (const impressions of [-1, 0, 9999]) {
    const outcome = { result: 'unknown', jobState: 'lost', jobReasons: [], impressions, expected: 1 };
    const ended = v.parse(print.result, { outcome, evidence: Buffer.alloc(2048, 1) });
    recorded({
      is: 'printEnded',
      result: ended.outcome.result,
      impressions: ended.outcome.impressions,
      evidence: ended.evidence,
    });
  }
});

test('every number of tries that a card can tell is recorded', () => {
  for (const tries of [0, 15]) {
    const { triesLeft } = v.parse(readCard.result, { profile: 'mynumber', triesLeft: tries });
    recorded({ is: 'cardRead', triesLeft });
  }
  assert.not(v.is(readCard.result, { profile: 'mynumber', triesLeft: 16 }));
});

test.run();

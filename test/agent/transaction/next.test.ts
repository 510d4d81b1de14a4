import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event } from '../../../agent/transaction/event.ts';
import { type Ending, isEnded, type State } from '../../../agent/transaction/state.ts';
import { evidence, free, names, order, road, roadTo, tell, transaction } from './story.ts';

const endingOf = (state: State): Ending | undefined => (isEnded(state) ? state.ending : undefined);

test('the straight road ends done, with the fee kept, the evidence, and each thing asked for once', () => {
  const story = tell(road());
  assert.is(story.state.at, 'done');
  assert.equal(endingOf(story.state), {
    outcome: 'issued',
    code: 'issued/done',
    keptYen: 200,
    owedYen: 0,
    evidence,
  });
  assert.equal(names(story), [
    'openGate',
    'readCard',
    'verifyPin',
    'authenticate',
    'choose',
    'confirm',
    'order',
    'askCardBack',
    'fetch',
    'check',
    'askFee',
    'capture',
    'createJob',
    'print',
    'printReceipt',
    'finish',
  ]);
});

test('a certificate that costs nothing is printed without asking the till', () => {
  const story = tell(road(free));
  assert.is(story.state.at, 'done');
  assert.not(names(story).some(name => ['askFee', 'capture', 'void'].includes(name)));
});

test('the fee is asked for only when the card is out and the document has been checked, in whichever order', () => {
  const until = roadTo('ordered');
  const cardFirst = tell([...until, { is: 'cardTaken' }, { is: 'fetched' }]);
  assert.is(cardFirst.state.at, 'check');
  assert.not(names(cardFirst).includes('askFee'));
  assert.ok(names(cardFirst).includes('askPatience'), 'the screen shows what is waited for');
  assert.is(tell([{ is: 'documentHeld' }], cardFirst.state).state.at, 'pay');
  const documentFirst = tell([...until, { is: 'fetched' }, { is: 'documentHeld' }]);
  assert.is(documentFirst.state.at, 'cardReturned');
  assert.is(tell([{ is: 'cardTaken' }], documentFirst.state).state.at, 'pay');
  const between = tell([...until, { is: 'fetched' }, { is: 'cardTaken' }]);
  assert.is(between.state.at, 'check');
  assert.is(names(between).filter(name => name === 'check').length, 1);
});

test('a card torn out in a command, or the pad’s cancel key, is a person who leaves, whichever is reported first', () => {
  for (const after of ['started', 'cardRead', 'pinRight', 'confirmed'] as const) {
    const { state } = tell(roadTo(after));
    const failed = { is: 'failed', effect: 'test', code: 'card/removed' } as const;
    for (const event of [failed, { is: 'cardTaken' } as const]) {
      const ending = endingOf(tell([event], state).state);
      assert.equal([ending?.outcome, ending?.code], ['abandoned', 'card/removed']);
    }
  }
  const canceled = { is: 'failed', effect: 'verifyPin', code: 'pinpad/canceledOrTimeout' } as const;
  assert.is(endingOf(tell([...roadTo('cardRead'), canceled]).state)?.outcome, 'abandoned');
});

test('a wrong PIN is asked for again, the last try only with consent, and none is spent on a locked card', () => {
  const card = roadTo('started');
  const wrong = tell([...card, { is: 'cardRead', triesLeft: 3 }, { is: 'pinWrong', triesLeft: 2 }]);
  assert.equal(names(wrong).slice(-2), ['verifyPin', 'verifyPin']);
  const last = tell([{ is: 'pinWrong', triesLeft: 1 }], wrong.state);
  assert.equal(names(last), ['askLastTry']);
  assert.equal(names(tell([{ is: 'lastTryTaken' }], last.state)), ['verifyPin']);
  assert.is(endingOf(tell([{ is: 'declined' }], last.state).state)?.code, 'pin/declined');
  const locked = tell([...card, { is: 'cardRead', triesLeft: 0 }]);
  assert.is(endingOf(locked.state)?.code, 'card/locked');
  assert.not(names(locked).includes('verifyPin'));
});

test('a card or reader that never has fewer tries gets three PINs, the last of them with consent', () => {
  const card = roadTo('started');
  for (const [read, wrong] of [
    [3, 3],
    [15, 14],
    [3, 2],
    [2, 15],
  ] as const) {
    const again = { is: 'pinWrong', triesLeft: wrong } as const;
    let told = tell([...card, { is: 'cardRead', triesLeft: read }]);
    let asked = 0;
    while (told.state.at === 'pin' && asked < 10) {
      if (told.state.consent === 'asked') told = tell([{ is: 'lastTryTaken' }], told.state);
      assert.is(names(told).at(-1), 'verifyPin');
      asked++;
      told = tell([again], told.state);
    }
    assert.equal(
      [asked, endingOf(told.state)?.code],
      [Math.min(read, 3), 'card/locked'],
      `${read}, ${wrong}`,
    );
  }
});

test('before money, whatever fails ends it with nothing kept and nothing owed', () => {
  const stages = road().slice(0, 9);
  for (let length = 1; length <= stages.length; length++) {
    const story = stages.slice(0, length);
    const { at } = tell(story).state;
    for (const [event, outcome] of [
      [{ is: 'deadline' }, 'abandoned'],
      [{ is: 'declined' }, 'abandoned'],
      [{ is: 'restarted' }, 'abandoned'],
      [{ is: 'failed', effect: 'x', code: 'link/offline' }, 'refused'],
    ] as [Event, string][]) {
      const ending = endingOf(tell([...story, event]).state);
      assert.is(ending?.outcome, outcome, `${at} ${event.is}`);
      assert.equal([ending?.keptYen, ending?.owedYen], [0, 0], at);
    }
  }
});

test('a card torn out before it has signed the order ends the transaction', () => {
  for (const last of ['started', 'cardRead', 'pinRight', 'authenticated', 'chosen', 'confirmed'] as const)
    assert.is(endingOf(tell([...roadTo(last), { is: 'cardTaken' }]).state)?.code, 'card/removed', last);
});

test('a card that leaves the reader after the resident’s own was taken changes nothing', () => {
  for (const between of [[], [{ is: 'fetched' }]] as Event[][]) {
    const story = tell([...roadTo('ordered'), { is: 'cardTaken' }, ...between, { is: 'cardTaken' }]);
    assert.is(story.state.at, between.length === 0 ? 'fetch' : 'check');
    assert.is(story.ignored, 1);
  }
});

test('the till is asked to return money that it may have taken, until it has answered', () => {
  for (const event of [
    { is: 'deadline' },
    { is: 'declined' },
    { is: 'restarted' },
    { is: 'failed', effect: 'capture', code: 'panel/timeout' },
  ] as Event[]) {
    const voiding = tell([...roadTo('paid'), event]);
    assert.is(voiding.state.at, 'void', event.is);
    const given = endingOf(tell([{ is: 'deadline' }, { is: 'voided' }], voiding.state).state);
    assert.equal([given?.outcome, given?.keptYen, given?.owedYen], ['abandoned', 0, 0]);
  }
});

test('a till that refuses to return money leads to a claim slip and a debt on record', () => {
  const story = tell([...roadTo('captured'), { is: 'failed', effect: 'createJob', code: 'page/offline' }]);
  assert.is(story.state.at, 'void');
  const claim = tell([{ is: 'voidRefused', paidYen: 100 }], story.state);
  assert.equal(names(claim), ['printClaim']);
  const ending = endingOf(tell([{ is: 'claimPrinted' }], claim.state).state);
  assert.equal([ending?.outcome, ending?.keptYen, ending?.owedYen], ['refundDue', 0, 100]);
  assert.is(ending?.code, 'page/offline');
  const useless = { is: 'voidRefused', paidYen: 100, code: 'till/notVoided' } as const;
  const given = endingOf(tell([useless, { is: 'claimPrinted' }], story.state).state);
  assert.equal([given?.outcome, given?.code, given?.owedYen], ['refundDue', 'till/notVoided', 100]);
  const nothing = endingOf(tell([{ is: 'voidRefused', paidYen: 0 }], story.state).state);
  assert.equal([nothing?.outcome, nothing?.keptYen, nothing?.owedYen], ['refused', 0, 0], 'it holds nothing');
});

test('a gate that is lost before the print ends it at once: no fee is asked for a document that is lost', () => {
  for (const after of ['started', 'pinRight', 'confirmed', 'ordered'] as const) {
    const ending = endingOf(tell([...roadTo(after), { is: 'gateLost' }]).state);
    assert.equal([ending?.outcome, ending?.code, ending?.keptYen], ['refused', 'gate/lost', 0]);
  }
  const paying = tell([...roadTo('cardTaken'), { is: 'gateLost' }]);
  assert.equal([paying.state.at, names(paying).at(-1)], ['void', 'void']);
  for (const after of ['captured', 'jobCreated', 'printEnded'] as const)
    assert.equal(tell([...roadTo(after), { is: 'gateLost' }]).ignored, 1, after);
});

test('a command that fails because the gate is lost reports the same code as the loss itself', () => {
  for (const code of ['door/closed', 'door/stuck']) {
    const begun = tell([...roadTo('started'), { is: 'failed', effect: 'readCard', code }]);
    assert.is(endingOf(begun.state)?.code, 'gate/lost');
    const paid = tell([...roadTo('captured'), { is: 'failed', effect: 'createJob', code }, { is: 'voided' }]);
    assert.is(endingOf(paid.state)?.code, 'gate/lost');
  }
});

test('where certainly no paper came out, the money is returned, with the evidence', () => {
  const story: Event[] = [
    ...roadTo('jobCreated'),
    { is: 'printEnded', result: 'notPrinted', impressions: 0, evidence },
    { is: 'voided' },
  ];
  const ending = endingOf(tell(story).state);
  assert.equal([ending?.outcome, ending?.keptYen], ['refused', 0]);
  assert.equal(ending?.evidence, evidence);
});

test('a gate that died during the print is asked later for the outcome of the job; nothing is sent again', () => {
  const found = tell([...roadTo('jobCreated'), { is: 'failed', effect: 'print', code: 'door/closed' }]);
  assert.is(found.state.at, 'print');
  assert.equal(found.effects.at(-1)?.do, 'resolveJob');
  const twice = tell([{ is: 'failed', effect: 'print', code: 'door/closed' }], found.state);
  assert.equal([twice.ignored, twice.effects], [1, []], 'it is asked already');
  const issued = tell([{ is: 'printEnded', result: 'printed', impressions: 1, evidence }], found.state);
  assert.is(issued.state.at, 'receipt');
  const failed = tell([{ is: 'failed', effect: 'resolveJob', code: 'gate/noTransaction' }], found.state);
  assert.is(failed.state.at, 'claim');
});

test('paper that may be out ends unknown, with a claim slip, and is never sent again', () => {
  for (const event of [
    { is: 'printEnded', result: 'unknown', impressions: 1, evidence },
    { is: 'failed', effect: 'print', code: 'gate/noTransaction' },
    { is: 'deadline' },
  ] as Event[]) {
    const claim = tell([...roadTo('jobCreated'), event]);
    assert.is(claim.state.at, 'claim');
    assert.is(names(claim).filter(name => name === 'print').length, 1);
    const ending = endingOf(tell([{ is: 'claimPrinted' }], claim.state).state);
    assert.equal([ending?.outcome, ending?.keptYen, ending?.owedYen], ['unknown', 200, 0]);
  }
});

test('a restart asks the printer about a job it may have, and prints nothing anew', () => {
  const found = tell([...roadTo('jobCreated'), { is: 'restarted' }]);
  assert.is(found.effects.at(-1)?.do, 'resolveJob');
  assert.is(names(found).filter(name => name === 'print').length, 1);
  const noJob = tell([...roadTo('captured'), { is: 'restarted' }]);
  assert.is(noJob.state.at, 'void');
  const receipt = tell([...roadTo('printEnded'), { is: 'restarted' }]);
  assert.is(endingOf(receipt.state)?.code, 'issued/withoutReceipt');
  assert.is(names(receipt).filter(name => name === 'printReceipt').length, 1);
});

test('a restart in a state that asks for a refund asks again, and an ended one is finished again', () => {
  const voiding = tell([...roadTo('paid'), { is: 'deadline' }, { is: 'restarted' }]);
  assert.equal(names(voiding).slice(-2), ['void', 'void']);
  const done = tell([...road(), { is: 'restarted' }]);
  assert.is(done.state.at, 'done');
  assert.is(done.effects.at(-1)?.do, 'finish');
});

test('events that come late or twice change nothing', () => {
  const done = tell(road());
  const late = tell([...road(), { is: 'deadline' }, { is: 'declined' }], done.state);
  assert.is(late.ignored, road().length + 2);
  assert.equal(late.state, done.state);
  assert.is(tell([{ is: 'captured' }, { is: 'paid' }]).ignored, 2);
  const twice = tell([...roadTo('jobCreated'), { is: 'jobCreated', job: { id: 99, uri: 'x' } }]);
  assert.is(twice.ignored, 1);
});

test('a receipt that fails does not undo a paper that is out', () => {
  const story: Event[] = [
    ...roadTo('printEnded'),
    { is: 'failed', effect: 'printReceipt', code: 'receipt/unknown' },
  ];
  const ending = endingOf(tell(story).state);
  assert.equal([ending?.outcome, ending?.code, ending?.keptYen], ['issued', 'issued/withoutReceipt', 200]);
});

test('the transaction keeps its id from card to end', () => {
  const { state } = tell(road());
  assert.ok(isEnded(state) && state.transaction === transaction && state.order === order);
});

test.run();

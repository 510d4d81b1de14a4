// Where messages belong: topics, page stamps, enrolment's two signatures, and sizes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../../agent/protocol/cbor.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { encodeClaim, readClaim } from '../../../agent/protocol/enrolment.ts';
import { readPageStamps, writePageStamp } from '../../../agent/protocol/page-stamp.ts';
import { readPresence, signPresence } from '../../../agent/protocol/presence.ts';
import { hubSubscriptions, readTopic, topicsOf } from '../../../agent/protocol/topics.ts';
import { agent, claim, gate, hub, presence, stamps } from '../../interop/sample-bodies.ts';
import { refuses } from '../../refusal.ts';

test('a topic is read back as the terminal and leaf that it was made of', () => {
  for (const [leaf, topic] of Object.entries(topicsOf('shop-1')))
    assert.equal(readTopic(topic), { version: 1, terminal: 'shop-1', leaf });
  assert.equal(readTopic('madoguchi/2/shop-1/reply'), { version: 2, terminal: 'shop-1', leaf: 'reply' });
});

test('a topic that is none of ours is not read', () => {
  const others = [
    '',
    'madoguchi/1/shop-1',
    'madoguchi/2/shop-1/presence',
    'madoguchi/0/shop-1/reply',
    'madoguchi/01/shop-1/reply',
    'madoguchi/1000/shop-1/reply',
    'madoguchi/1/a/b/reply',
    'madoguchi/1/+/reply',
    'madoguchi/1/shop-1/replies',
    'madoguchi/1/shop-1/toString',
    'x/madoguchi/1/shop-1/reply',
    'madoguchi/1/shop-1/reply\n',
  ];
  for (const topic of others) assert.is(readTopic(topic), undefined, topic);
});

test('the hub receives what terminals send, and not its own answers', () => {
  assert.equal(
    hubSubscriptions([1]),
    ['+/+/request', '1/+/ledger', '1/+/telemetry', '1/+/presence'].map(rest => `madoguchi/${rest}`),
  );
});

test('a message is refused on the same topic of another terminal', () => {
  const [here, there] = [presence.terminal, 'shop-2'].map(terminal => topicsOf(terminal).presence) as [
    string,
    string,
  ];
  const message = signPresence(presence, here, agent);
  assert.equal(readPresence(message, here, agent.coseKey), presence);
  assert.throws(() => readPresence(message, there, agent.coseKey), refuses('protocol/signature'));
});

test('every stamp in a page is found, in order', () => {
  const content = Buffer.from(`q ${stamps.map(writePageStamp).join('\n')} BT (名) Tj ET Q`);
  assert.equal(readPageStamps(content), stamps);
  assert.equal(readPageStamps(Buffer.from('BT ET')), []);
});

test('a stamp that is cut or altered is refused, not passed over', () => {
  const stamp = writePageStamp(stamps[0]!);
  const cut = stamp.replace(/..>>> BDC/, '>>> BDC');
  assert.throws(() => readPageStamps(Buffer.from(cut)), refuses('protocol/cbor'));
});

test('a claim needs both keys under the same words', () => {
  assert.equal(readClaim(encodeClaim(claim, agent, gate)), claim);
  const place = 'madoguchi/1 enrolment';
  const byAgent = sign1(claim, agent, place);
  const request = (byGate: Buffer) => encode({ byAgent, byGate });
  assert.throws(() => readClaim(request(sign1(claim, hub, place))), refuses('protocol/signature'));
  assert.throws(() => readClaim(request(byAgent)), refuses('protocol/signature'));
  const other = sign1({ ...claim, certificateRequest: Buffer.from('another') }, gate, place);
  assert.throws(() => readClaim(request(other)), refuses('protocol/schema'));
  const oneKey = encodeClaim({ ...claim, gateKey: claim.agentKey }, agent, agent);
  assert.throws(() => readClaim(oneKey), refuses('protocol/key')); // the agent could sign evidence in the gate's name
});

test('an enrolment code has no letter that is mistaken for another', () => {
  for (const letter of ['I', 'L', 'O', 'U', 'a']) {
    const wrong = { ...claim, code: claim.code.replace('0', letter) };
    assert.throws(() => readClaim(encodeClaim(wrong, agent, gate)), refuses('protocol/schema', wrong.code));
  }
});

test.run();

// Receipt and claim slip: time, shop, issuer, contact, whose certificate it is, and the numbers of the transaction.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import type { Configuration } from '../../../agent/protocol/configuration.ts';
import type { Offer } from '../../../agent/protocol/offer.ts';
import { shortNumber } from '../../../agent/transaction/short-number.ts';
import { claimSlipOf, receiptOf } from '../../../agent/transaction/slip.ts';
import { receipt } from '../../../drivers/contract/receipt.ts';
import { order, transaction, waits } from './story.ts';

const scope = {
  name: 'scope',
  title: '証明する方',
  values: [
    { value: 'household', title: '世帯全員' },
    { value: 'members', title: '世帯の一部' },
  ],
};
const plain = { media: 'iso_a4_210x297mm', sides: 'one-sided' } as const;
const juminhyo = {
  title: '住民票の写し',
  feeYen: 200,
  maxCopies: 10,
  ...plain,
  options: [scope],
  members: true,
};
const configuration: Configuration = {
  schema: 1,
  audience: 'test-1',
  seq: 1,
  waits,
  shop: { name: 'まどぐちマート', contact: '電話 03-0000-0000' },
  municipalities: { '132047': { name: '三鷹市', kinds: { juminhyo } } },
};
const offer: Offer = {
  municipality: '132047',
  kinds: ['juminhyo'],
  members: [
    { number: 0, relation: 'head', nth: 1, self: true },
    { number: 1, relation: 'child', nth: 1, self: false },
  ],
};
const ofOne = { ...order, options: { scope: 'members', members: [1] } };
const place = { transaction, terminal: 'test-1', configuration, wall: Date.UTC(2026, 10, 30, 15, 4) };
const inGroups = transaction.match(/.{8}/g)!.join(' ');

test('a receipt has time, shop, contact, issuer, whose certificate it is, and both numbers', () => {
  const slip = receiptOf(ofOne, offer, place);
  assert.equal(slip, {
    title: '領収書',
    rows: [
      ['日時', '2026/12/01 0:04'],
      ['店舗', 'まどぐちマート'],
      ['お問い合わせ', '電話 03-0000-0000'],
      ['端末', 'test-1'],
      ['発行者', '三鷹市'],
      ['証明書', '住民票の写し'],
      ['証明する方', '世帯の一部'],
      ['対象の方', '子'],
      ['部数', '1部'],
    ],
    totalYen: 200,
    notes: [`受付番号 ${shortNumber(transaction)}`, '取引番号', inGroups],
  });
  assert.ok(v.is(receipt, slip));
});

test('a claim slip has the same, and the reason; without a clock it has no time, without a shop none', () => {
  const slip = claimSlipOf(ofOne, { code: 'print/unknown' }, place);
  assert.equal(
    slip.rows.map(([label]) => label),
    ['日時', '店舗', 'お問い合わせ', '端末', '発行者', '理由'],
  );
  assert.ok(slip.notes.includes(`受付番号 ${shortNumber(transaction)}`) && slip.notes.includes(inGroups));
  const { shop: _, ...shopless } = configuration;
  const bare = claimSlipOf(
    ofOne,
    { code: 'print/unknown' },
    { ...place, configuration: shopless, wall: undefined },
  );
  assert.equal(
    bare.rows.map(([label]) => label),
    ['端末', '発行者', '理由'],
  );
});

/** Damm's check by its permutations (H. M. Damm, 2004), written apart from the table in the code. */
const isRight = (number: string): boolean => {
  const rows =
    '0317598642 7092154863 4206871359 1750983426 6123045978 3674209581 5869720134 8945362017 9438617205 2581436790';
  const table = rows.split(' ');
  return (
    [...number.replaceAll('-', '')].reduce((interim, digit) => Number(table[interim]![Number(digit)]), 0) ===
    0
  );
};

test('the short number: ten digits in groups; every wrong digit and every two that changed places are found', () => {
  assert.ok(isRight('572-4'), 'the published example of the check digit');
  assert.match(shortNumber('0'.repeat(32)), /^000-000-0000$/);
  for (const id of [transaction, 'f'.repeat(32), '0123456789abcdef'.repeat(2)]) {
    const number = shortNumber(id);
    assert.match(number, /^\d{3}-\d{3}-\d{4}$/);
    assert.ok(isRight(number), number);
    const digits = [...number.replaceAll('-', '')];
    for (const [at, digit] of digits.entries()) {
      for (let other = 0; other <= 9; other++) {
        const wrong = digits.with(at, String(other)).join('');
        assert.is(isRight(wrong), String(other) === digit, wrong);
      }
      const next = digits[at + 1];
      if (next === undefined || next === digit) continue;
      assert.not(
        isRight(
          digits
            .with(at, next)
            .with(at + 1, digit)
            .join(''),
        ),
      );
    }
  }
});

test.run();

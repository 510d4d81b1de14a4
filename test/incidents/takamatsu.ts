import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import type { Incident } from './incident.ts';
import { type Mix, mixing, overwritten } from './pair.ts';

/** Each of two servers numbers its files from 1, in one folder: what the first signed is not what lies there now. */
const numberUsedTwice: Mix = async ([first, second]) => {
  const files = [first, second].map(({ verified, entry, state }) => draw(verified, [entry], state));
  const [mine, theirs] = await Promise.all(files);
  const { pdf, pdfDigest } = theirs!;
  return [
    {
      // the renderer says of the file at hand that it is its own; the signer has the digest of the other server's
      sealed: seal(first.verified, { ...mine!, pdf, pdfDigest }, first.state, { pdfDigest: mine!.pdfDigest }),
    },
    { sealed: seal(second.verified, theirs!, second.state) },
  ];
};

/** Each serves sealed documents by number, too, and the question comes to the other one. */
const askedAtTheOther: Mix = async orders => {
  const [mine, theirs] = await Promise.all(
    orders.map(async ({ verified, entry, state }) =>
      seal(verified, await draw(verified, [entry], state), state),
    ),
  );
  return [
    { sealed: mine!, fetched: overwritten(mine!, theirs!) },
    { sealed: theirs!, fetched: overwritten(theirs!, mine!) },
  ];
};

const wanted = {
  kinds: [
    ['juminhyo', 'juminhyo'],
    ['inkan', 'inkan'],
  ],
  sameCity: true,
} as const;

export const takamatsu: Incident = {
  name: 'takamatsu',
  there: 'software for one server ran on several, each with a state of its own',
  plays: [
    mixing(numberUsedTwice, {
      name: 'two servers use one number for two files in one folder',
      codes: ['gate/pdfDigest'],
      without: ['gate/pdfDigest', 'gate/pageCount', 'gate/stampTransaction', 'gate/stampSubject'],
      wanted,
    }),
    mixing(askedAtTheOther, {
      name: 'each document is fetched from the other server',
      codes: ['document/digest'],
      wanted,
    }),
  ],
};

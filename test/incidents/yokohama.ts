import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import type { Incident } from './incident.ts';
import { type Mix, mixing } from './pair.ts';

/** The lock's time is over while the first file waits; the second order's file takes its place, and is signed for the first. */
const nextPersonsFile: Mix = async ([first, second]) => {
  const files = [first, second].map(({ verified, entry, state }) => draw(verified, [entry], state));
  const [mine, theirs] = await Promise.all(files);
  const { pdf, pdfDigest, pages } = theirs!;
  return [
    { sealed: seal(first.verified, { ...mine!, pdf, pdfDigest, pages }, first.state) },
    { sealed: seal(second.verified, theirs!, second.state) },
  ];
};

/** The same with the record that is read: it is drawn under the stamp of whom the lock was for. */
const nextPersonsRecord: Mix = async ([first, second]) => {
  const { state } = first;
  const asMine = { ...second.entry, resident: { ...second.entry.resident, id: first.entry.resident.id } };
  const wrong = await draw(first.verified, [asMine], state);
  const right = await draw(second.verified, [second.entry], state);
  return [
    { sealed: seal(first.verified, wrong, state) },
    { sealed: seal(second.verified, right, second.state) },
  ];
};

const wanted = {
  kinds: [
    ['juminhyo', 'juminhyo'],
    ['inkan', 'juminhyo'],
    ['inkan', 'inkan'],
  ],
} as const;

export const yokohama: Incident = {
  name: 'yokohama',
  there:
    'under load a time limit released the lock of the print order and nothing else: the next person’s file was fetched',
  plays: [
    mixing(nextPersonsFile, {
      name: 'the next person’s file is signed and sealed to the first',
      codes: ['gate/stampTransaction'],
      without: ['gate/stampTransaction', 'gate/stampSubject'],
      wanted,
    }),
    mixing(nextPersonsRecord, {
      name: 'the next person’s record is drawn under the first one’s stamp',
      codes: [],
      wanted: {
        kinds: [
          ['juminhyo', 'juminhyo'],
          ['inkan', 'inkan'],
        ],
        sameCity: true,
      },
    }),
  ],
};

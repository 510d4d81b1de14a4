// Faults of an issuing service that mixes residents up. The documents are signed and sealed as usual.
import { createHash } from 'node:crypto';
import type { IssuingState } from '../hub/issuing/state.ts';
import { end, type Fault } from './fault.ts';

/** The wrong resident: of the same municipality, and entitled to the ordered certificate. */
const otherId = 'm201';

type Make = (tools: typeof import('../hub/issuing/make-document.ts')) => IssuingState['make'];

/** The hub's modules are imported only when the fault happens: the list of faults is asked for without a hub. */
const mixedUp = (name: string, summary: string, code: string, make: Make): Fault => ({
  name: `hub.${name}`,
  summary,
  expected: end('refused', code),
  async arrange(scene) {
    const { takeOrder } = await import('../hub/issuing/service.ts');
    const making = make(await import('../hub/issuing/make-document.ts'));
    scene.put(scene.shop.hub.behaviours.issuing, (question, state) =>
      takeOrder(question, { ...state, make: making }),
    );
  },
});

const other = ({ register }: IssuingState) => register.find(otherId)!;

export const documentFaults: readonly Fault[] = [
  mixedUp(
    'another-residents-document',
    'the hub delivers a correct document of another resident',
    'gate/manifestSubject',
    ({ draw, seal }) =>
      async (verified, _, state) =>
        seal(verified, await draw(verified, [other(state)], state), state),
  ),
  mixedUp(
    'another-page-inside',
    'one page of the document is another resident’s',
    'gate/stampSubject',
    ({ draw, seal }) =>
      async (verified, entry, state) =>
        seal(verified, await draw(verified, [entry, other(state)], state), state),
  ),
  mixedUp(
    'wrong-pdf',
    'the manifest is right and the PDF is another resident’s',
    'gate/pdfDigest',
    ({ draw, seal }) =>
      async (verified, entry, state) => {
        const [mine, theirs] = [
          await draw(verified, [entry], state),
          await draw(verified, [other(state)], state),
        ];
        const pdfDigest = createHash('sha256').update(mine.pdf).digest();
        return seal(verified, { ...theirs, subject: mine.subject }, state, { pdfDigest });
      },
  ),
  mixedUp(
    'wrong-pseudonym-from-issuing',
    'the issuing service names another resident than the card authentication service',
    'gate/manifestSubject',
    ({ draw, seal }) =>
      async (verified, entry, state) => {
        const mine = await draw(verified, [entry], state);
        const { subject } = await draw(verified, [other(state)], state);
        return seal(verified, mine, state, { subject });
      },
  ),
];

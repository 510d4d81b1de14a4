// Terminals of ours with one mistake each in their source, and the requirement that the kit must find broken.
import { anyMunicipality } from '../agent/gate/mutants/signature-mutants.ts';
import type { Change } from '../mutate.ts';

export interface TerminalMutant {
  /** What this terminal does, or does not. */
  name: string;
  change: Change;
  /** The one requirement that fails. */
  fails: string;
  /** What the kit must have seen of it: a check that ended for another reason has found nothing. */
  came: RegExp;
  /** Played beside it, and kept. */
  keeps: readonly string[];
}

export const terminalMutants: readonly TerminalMutant[] = [
  {
    name: 'its last will has another session than its birth message',
    change: {
      file: 'agent/link/link.ts',
      find: 'payload: this.#presence(session, false) }',
      replace: 'payload: this.#presence(randomBytes(16), false) }',
    },
    fails: 'MDG-T-062',
    came: /came: another session$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it announces no packet limit',
    change: {
      file: 'agent/link/connection.ts',
      find: 'properties: { maximumPacketSize: maxPacketBytes },',
      replace: '',
    },
    fails: 'MDG-T-013',
    came: /came: undefined$/,
    keeps: ['MDG-T-011'],
  },
  {
    name: 'it lets the broker keep its session',
    change: { file: 'agent/link/connection.ts', find: 'clean: true,', replace: 'clean: false,' },
    fails: 'MDG-T-011',
    came: /came: no Clean Start$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'an answer is for whichever question is open',
    change: {
      file: 'agent/link/questions.ts',
      find: 'const open = this.#open.get(key);',
      replace: 'const open = this.#open.get(key) ?? [...this.#open.values()][0];',
    },
    fails: 'MDG-T-031',
    came: /came: another challenge$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it looks at the name of the key that signed, and at no signature',
    change: {
      file: 'agent/protocol/cose-sign1.ts',
      find: "if (!verify('sha256', toBeSigned(header, Buffer.from(external), body), input, signature))",
      replace: 'if (!verify || !input)',
    },
    fails: 'MDG-T-032',
    came: /came: another challenge$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it takes a version refusal for whatever is open',
    change: {
      file: 'agent/link/questions.ts',
      find: '.some(({ copies }) => copies.get(copy) === on)',
      replace: '.some(({ copies }) => copies.size > 0)',
    },
    fails: 'MDG-T-075',
    came: /end refused link\/version/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it sends as many batches as it has',
    change: { file: 'agent/ledger/drain.ts', find: 'this.#options.window ?? 4', replace: '16' },
    fails: 'MDG-T-050',
    came: /batches are unanswered/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'its telemetry does not wait for the ledger',
    change: { file: 'agent/telemetry/telemetry.ts', find: 'turn: () => this.#afterLedger(),', replace: '' },
    fails: 'MDG-T-060',
    came: /batches of telemetry$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'its evidence names another file',
    change: {
      file: 'agent/gate/print/job-end.ts',
      find: '        pdfDigest,\n',
      replace: '        pdfDigest: manifestDigest,\n',
    },
    fails: 'MDG-T-047',
    came: /came: another file$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it takes a manifest that any municipality signed',
    change: anyMunicipality,
    fails: 'MDG-T-043',
    came: /evidence of a print, 1 sheets$/,
    keeps: ['MDG-T-072'],
  },
  {
    name: 'it opens a document that was sealed for another transaction',
    change: { file: 'agent/protocol/cose-encrypt.ts', find: 'decipher.final();', replace: '' },
    fails: 'MDG-T-044',
    came: /evidence of a print, 1 sheets$/,
    keeps: ['MDG-T-072'],
  },
];

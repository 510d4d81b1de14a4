// Judges a document as the gate does, without a transaction: what its first stamp says must hold for the whole.
import { GateRefusal, isGateRefusal } from '../../agent/gate/gate-refusal.ts';
import { type PdfPage, readPdfPages } from '../../agent/gate/pdf/pages.ts';
import { type PdfRule, pdfRules } from '../../agent/gate/pdf/rules.ts';
import { pageChecks, runChecks } from '../../agent/gate/transaction/checks.ts';

export interface Taken {
  taken: true;
  pages: number;
  transaction: string;
  subject: string;
}

export interface Refused {
  taken: false;
  /** The requirement of docs/contract/requirements.md that the file breaks. */
  requirement: string;
  /** The gate's code, as in docs/codes.md. */
  code: string;
  message: string;
  /** The broken rule of docs/contract/documents.md, and where it is broken, as far as that is known. */
  rule?: string;
  page?: number;
  object?: number;
  operator?: string;
  key?: string;
}

export type Judgement = Taken | Refused;

export function judgeDocument(pdf: Buffer): Judgement {
  try {
    return compared(readPdfPages(pdf));
  } catch (error) {
    if (!isGateRefusal(error)) throw error;
    const { rule } = error.detail;
    const message = typeof rule === 'string' ? `The file ${pdfRules[rule as PdfRule]}` : error.message;
    return {
      taken: false,
      requirement: requirementOf(error.code, rule),
      code: error.code,
      message,
      ...error.detail,
    };
  }
}

/** Rules about what runs, reaches out, or is read in two ways; every other rule is about the profile. */
const dangers: readonly unknown[] = [
  ...['action', 'annotation', 'attachment', 'optionalContent', 'printOverride', 'encryption', 'revision'],
  ...['objectTwice', 'keyTwice', 'objectNumber', 'bytesBetween', 'danglingReference', 'pageOutsideTree'],
];

/** Where the refusal does not name it itself. */
function requirementOf(code: string, rule: unknown): string {
  if (code === 'gate/pdfProfile') return dangers.includes(rule) ? 'MDG-H-052' : 'MDG-H-051';
  return code === 'gate/stampMissing' ? 'MDG-H-047' : 'MDG-H-053';
}

/** The page is named where a single one is wrong. */
function compared(pages: readonly PdfPage[]): Taken {
  const unstamped = pages.findIndex(page => page.own.length === 0);
  const first = pages[0]?.own[0];
  if (unstamped >= 0 || !first)
    throw new GateRefusal('gate/stampMissing', { detail: { page: unstamped + 1 } });
  const { transaction, subject } = first;
  const context = { transaction, subject, signedPages: pages.length };
  for (const check of pageChecks) {
    const wrong = pages.findIndex(page => {
      const alone = {
        ...context,
        pages: pages.map(other => (other === page ? page : { own: [first], stamps: [] })),
      };
      return !check.holds(alone);
    });
    // what else a page draws is another requirement than the page's own stamp
    const requirement = pages[wrong]?.stamps.length === 1 ? 'MDG-H-047' : 'MDG-H-053';
    if (wrong >= 0) throw new GateRefusal(check.code, { detail: { page: wrong + 1, requirement } });
  }
  runChecks(pageChecks, { ...context, pages });
  return {
    taken: true,
    pages: pages.length,
    transaction: transaction.toString('hex'),
    subject: subject.toString('hex'),
  };
}

// Seeded mix-ups of two residents' files of one producer: a part of theirs in place of a part of mine. Each is made twice: after the
// signature, where the file's digest must catch it, and before it, where the stamps must, or it is of a class that is counted.
import { createHash } from 'node:crypto';
import { isGateRefusal } from '../../../../agent/gate/gate-refusal.ts';
import { type PdfFile, readPdfFile } from '../../../../agent/gate/pdf/file.ts';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { manifestChecks, pageChecks, runChecks } from '../../../../agent/gate/transaction/checks.ts';
import type { PageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { stampPdf } from '../../../../conformance/stamp/stamp-pdf.ts';
import { pick } from '../../../../simulator/customer/seeded-random.ts';
import { exchanged } from './exchange.ts';
import { type Kind, type Part, partsOf } from './parts.ts';
import { stampParts } from './stamped-parts.ts';

/** No terminal can see these (docs/threat-model.md): they have no stamp, or can have none. */
export const unseen: readonly string[] = [
  ...['image', 'imageMask', 'font', 'shading'],
  ...['content', 'form', 'mask', 'pattern'].map(kind => `${kind} without a stamp`),
];

const transaction = Buffer.alloc(16, 7);
export const subjects = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)] as const;
export const stampsOf = (subject: Buffer, pages = 2): PageStamp[] =>
  Array.from({ length: pages }, (_, i) => ({ transaction, subject, page: i + 1, pages }));

/** The ways in which a file comes by its stamps. */
export const stampings = { 'by the kit': stampPdf, 'by the renderer': stampParts } as const;

export interface Pair {
  producer: string;
  /** My file and theirs, both stamped. */
  files: readonly [Buffer, Buffer];
}

export interface Mutation {
  producer: string;
  /** The part's kind, and whether it has no stamp though it could have. */
  kind: string;
  mine: Buffer;
  mutated: Buffer;
  /** The gate's answer where the file was signed before the mix-up, and where it was signed after it. */
  after: string;
  before: string;
}

/** A pair of files with what they are made of. */
interface Opened extends Pair {
  opened: readonly [PdfFile, PdfFile];
  parts: readonly [Part[], Part[]];
}

function open(pair: Pair): Opened {
  const opened = [readPdfFile(pair.files[0]), readPdfFile(pair.files[1])] as const;
  return { ...pair, opened, parts: [partsOf(opened[0]), partsOf(opened[1])] };
}

/** `pairs` makes each pair when it is first chosen. Parts that are the same in both files are no mix-up, and others are chosen. */
export function* mutations(
  pairs: readonly (() => Pair)[],
  count: number,
  random: () => number,
): Generator<Mutation> {
  const opened = new Map<() => Pair, Opened>();
  for (let made = 0; made < count; ) {
    const choice = pick(pairs, random);
    const pair = opened.get(choice) ?? open(choice());
    opened.set(choice, pair);
    const one = mutation(pair, random);
    if (one.mutated.equals(one.mine)) continue;
    made++;
    yield one;
  }
}

function mutation({ producer, files, opened, parts }: Opened, random: () => number): Mutation {
  const kind = pick([...new Set(parts[0].map(part => part.kind))], random);
  const ofKind = (list: readonly Part[], wanted: Kind) => list.filter(part => part.kind === wanted);
  const theirs = pick(ofKind(parts[1], kind), random);
  const place = pick(ofKind(parts[0], kind), random);
  const mutated = exchanged(opened[0], place, opened[1], theirs);
  const canBeStamped = ['content', 'form', 'mask', 'pattern'].includes(kind);
  return {
    producer,
    kind: canBeStamped && !theirs.stamped ? `${kind} without a stamp` : kind,
    mine: files[0],
    mutated,
    after: answer(() => refuseOtherFile(mutated, files[0])),
    before: judged(mutated),
  };
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const digestCheck = manifestChecks.filter(({ code }) => code === 'gate/pdfDigest');
/** As the gate's table does with a manifest that was signed for `signed`. */
const refuseOtherFile = (pdf: Buffer, signed: Buffer): void =>
  runChecks(digestCheck, { pdf, manifest: { pdfDigest: sha256(signed) } } as Parameters<
    (typeof digestCheck)[0]['holds']
  >[0]);

/** The gate's answer to a file that was signed for the first resident: `taken` or a code. */
export const judged = (pdf: Buffer): string =>
  answer(() =>
    runChecks(pageChecks, { transaction, subject: subjects[0], signedPages: 2, pages: readPdfPages(pdf) }),
  );

function answer(judge: () => void): string {
  try {
    judge();
    return 'taken';
  } catch (error) {
    if (isGateRefusal(error)) return error.code;
    throw error;
  }
}

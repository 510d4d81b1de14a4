// Makes a terminal known to its hub: keys, claim, grant, and the two homes that agent and gate start from.
import type { LinkSettings } from '../../agent/config/home.ts';
import { encodeClaim, type Grant } from '../../agent/protocol/enrolment.ts';
import { type Root, rootThumbprint } from '../../agent/protocol/root.ts';
import { type Draft, openDraft } from '../home/draft.ts';
import type { Tree } from '../home/write-tree.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { sendClaim } from './claim.ts';
import { type FormerJournal, holdFormerJournal } from './former-journal.ts';
import { checkGrant } from './grant-check.ts';
import { claimFile, keptKeys, keptPlace } from './kept-keys.ts';
import { type PinnedRoot, pinnedRoot } from './pinned-root.ts';
import { checkSuccession } from './succession.ts';
import { makeTerminalKeys, type TerminalKeys, toPem } from './terminal-keys.ts';

/** Max bytes of a grant (agent/protocol/enrolment.ts has its bounds). */
const maxGrant = 704 << 10;
/** Max number of files that the grant becomes, each of which takes an inode and part of a block. */
const maxGrantFiles = 10;

/** Files that hold what the grant will need. */
const roomFiles: Tree = {
  room: Buffer.alloc(maxGrant, 1),
  ...Object.fromEntries(
    Array.from({ length: maxGrantFiles }, (_, i) => [`room-${i}`, Buffer.alloc(4096, 1)]),
  ),
};

const defaultTimeoutMs = 15_000;

export interface EnrolOptions {
  /** https://…: address of the hub's enrolment. */
  hub: URL;
  /** http://host:port of the shop's HTTP proxy (CONNECT). The terminal's link is set to use it as well, in place of the former home's. */
  proxy?: URL | undefined;
  /** One-time code (agent/protocol/enrolment.ts). */
  code: string;
  /** Thumbprint of the hub's root document, from the installer's sheet: 32 bytes. */
  root: Buffer;
  /** Folder that becomes `agent/` and `gate/`: not there yet, or empty. */
  home: string;
  /** The rest of gate.json (agent/gate/keys/home.ts): socket and devices. The gate checks it when it starts. */
  devices?: Readonly<Record<string, unknown>>;
  /** Home of the enrolment that this one follows: its journal is carried over. */
  former?: string | undefined;
  /** For each of the two connections. Default 15 s. */
  timeoutMs?: number;
}

/**
 * Enrols. Afterwards the home is complete and flushed to the disk, or it is not there.
 * It is written in HOME.enrolling. The private keys, and room for the grant, are there before the code is sent: a full disk does not
 * use the code up. Where it is not known what the hub made of the code, or the run ends in any way, they stay there, and the next
 * call with this code and home claims with them.
 * Errors: provisioning/*; with `former` those of holdFormerJournal.
 */
export async function enrol(options: EnrolOptions): Promise<Pick<Grant, 'terminal' | 'epoch' | 'broker'>> {
  const { home, former, timeoutMs = defaultTimeoutMs } = options;
  const held = former === undefined ? undefined : await holdFormerJournal(former);
  try {
    const root = await pinnedRoot(options, options.root, timeoutMs);
    const draft = await openDraft(home, keptPlace(home));
    try {
      return await enrolIn(draft, options, root, held);
    } finally {
      draft.release();
    }
  } finally {
    await held?.release();
  }
}

async function enrolIn(
  draft: Draft,
  { hub, proxy, code, home, devices = {}, timeoutMs = defaultTimeoutMs }: EnrolOptions,
  root: PinnedRoot,
  held: FormerJournal | undefined,
): Promise<Pick<Grant, 'terminal' | 'epoch' | 'broker'>> {
  const kept = await keptKeys(keptPlace(home), code);
  const keys = kept ?? (await makeTerminalKeys());
  let mayBeSpent = kept !== undefined;
  try {
    // what is kept has its room already; all else is of a run that ended, and would take that of this one
    await draft.clear(kept ? [...Object.keys(keyFiles(keys)), ...Object.keys(roomFiles), claimFile] : []);
    if (!kept) await draft.write({ ...keyFiles(keys), ...roomFiles });
    if (held) await draft.write(held.files);
    const { certificateRequest, agent, gate } = keys;
    const claim = { code, certificateRequest, agentKey: agent.coseKey, gateKey: gate.coseKey };
    const message = encodeClaim(claim, agent, gate);
    if (!kept) await draft.write({ [claimFile]: message }); // last: with it, all that it needs is there
    mayBeSpent = true;
    const grant = await sendClaim({ hub, proxy }, message, root.certificate, timeoutMs).catch(error => {
      mayBeSpent = kept !== undefined || !isDefinite(error);
      throw error;
    });
    checkGrant(grant, root.document, keys.link);
    if (held) checkSuccession(grant, root.document, held.home);
    await draft.remove(Object.keys(roomFiles));
    await draft.write(grantFiles(grant, root.message, devices));
    const link = linkSettings(proxy, held, root.document);
    if (Object.keys(link).length > 0) await draft.write({ 'agent/link.json': json(link) });
    // The claim goes once the home is in its place: without it, what is kept could not be claimed again. Where the run ends between,
    // a claim whose code is spent stays in the home. Neither agent nor gate looks at it: each reads its own folder only.
    await draft.commit([claimFile]);
    const { terminal, epoch, broker } = grant;
    return { terminal, epoch, broker };
  } finally {
    if (!mayBeSpent) await draft.discard();
  }
}

/** The shop's network stays: what the former home has is kept, but for another proxy, and for the broker of another hub. */
function linkSettings(proxy: URL | undefined, held: FormerJournal | undefined, root: Root): LinkSettings {
  const { broker, proxy: before } = held?.link ?? {};
  const isSameHub = held !== undefined && rootThumbprint(root).equals(rootThumbprint(held.home.root));
  const through = proxy?.href ?? before;
  return {
    ...(isSameHub && broker !== undefined && { broker }),
    ...(through !== undefined && { proxy: through }),
  };
}

/** Nothing came of the code, and the keys are of no use. */
const isDefinite = (error: unknown): boolean =>
  error instanceof ProvisioningError &&
  ['provisioning/refused', 'provisioning/certificate', 'provisioning/proxy'].includes(error.code);

const keyFiles = ({ agent, gate, link, journal }: TerminalKeys): Tree => ({
  'agent/keys/agent-signing.pem': toPem(agent),
  'agent/keys/link-tls.pem': toPem(link),
  'agent/keys/journal-data.bin': journal,
  'gate/keys/gate-signing.pem': toPem(gate),
});

/** Agent and gate both get root document and key set: each verifies them for itself. */
const grantFiles = (grant: Grant, root: Buffer, devices: Readonly<Record<string, unknown>>): Tree => {
  const { terminal, epoch, broker } = grant;
  return {
    'agent/agent.json': json({ terminal, epoch, broker }),
    'agent/certificate.pem': grant.certificate,
    'agent/authority.pem': grant.authority,
    'agent/root.cbor': root,
    'agent/key-set.cbor': grant.keySet,
    'agent/configuration.cbor': grant.configuration,
    'gate/gate.json': json({ ...devices, schema: 1, terminal }),
    'gate/root.cbor': root,
    'gate/key-set.cbor': grant.keySet,
  };
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// What pcscd keeps of a command. It takes each one into the same buffer on the stack of its client's thread, and leaves it
// there (pcsc-lite 1.9.9, winscard_svc.c, SCARD_TRANSMIT): a PIN would lie there until a longer command came.
import { type PcscReader, pcscCall, SCARD } from './pcsc.ts';

/** As long as the longest short command, case 4 (ISO/IEC 7816-4:2013, 5.1). */
const blank = Buffer.alloc(261);

/**
 * Has pcscd take blank bytes over the last command. They are for a protocol that no card was ever connected with, so that
 * pcscd refuses them (SCARD_E_PROTO_MISMATCH; winscard.c, SCardTransmit) and the card, its tries and its verified PIN
 * are not touched. Never rejects: whatever pcscd says of them, it has taken them before it says so.
 */
export async function overwriteLastCommand(reader: PcscReader): Promise<void> {
  await pcscCall(done => reader.transmit(blank, 2, SCARD.protocolT0OrT1, done)).catch(() => undefined);
}

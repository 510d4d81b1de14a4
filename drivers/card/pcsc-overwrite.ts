// Overwrites the copy of a command that pcscd keeps. pcscd receives each command in the same buffer, on the stack of its
// thread for this client, and does not clear it (pcsc-lite 1.9.9, winscard_svc.c, SCARD_TRANSMIT). A PIN would stay there
// until a command of the same length or longer arrives.
import { type PcscReader, pcscCall, SCARD } from './pcsc.ts';

/** The max. length of a short command: case 4 (ISO/IEC 7816-4:2013, 5.1). */
const blank = Buffer.alloc(261);

/**
 * Sends blank bytes, which pcscd writes over the last command. They name a protocol that no card is connected with, so
 * pcscd refuses them (SCARD_E_PROTO_MISMATCH; winscard.c, SCardTransmit). They do not reach the card: its PIN tries and its
 * verified PIN do not change. Never rejects: with any result, pcscd has received the bytes before it answers.
 */
export async function overwriteLastCommand(reader: PcscReader): Promise<void> {
  await pcscCall(done => reader.transmit(blank, 2, SCARD.protocolT0OrT1, done)).catch(() => undefined);
}

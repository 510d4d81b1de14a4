// `npm run simulator -- card`: a virtual reader with a JPKI card, for OpenSC or any other PC/SC client.
import type { PartDefinition } from '../part.ts';
import { makeCardAuthority } from './authority.ts';
import { startCardReader } from './reader.ts';

const DAY_MS = 24 * 3600 * 1000;

export const part: PartDefinition = {
  name: 'card',
  summary: 'a PC/SC card reader (real pcscd) with a JPKI card in it',
  options: {
    pin: { type: 'string', default: '1234', help: 'the 4-digit PIN of the card' },
    profile: { type: 'string', default: 'mynumber', help: 'mynumber or juki' },
    label: { type: 'string', help: 'another token label, e.g. JPKIAPGPSETOKEN for a smartphone' },
    expired: { type: 'boolean', help: 'the certificate expired yesterday' },
    empty: { type: 'boolean', help: 'leave the slot empty' },
  },
  async start(values, { dir, say }) {
    const { pin, profile, label } = values;
    if (profile !== 'mynumber' && profile !== 'juki') throw new TypeError('--profile is mynumber or juki');
    if (!/^[0-9]{4}$/.test(String(pin))) throw new TypeError('--pin is 4 digits');
    const reader = await startCardReader({ dir, say });
    if (!values.empty) {
      const authority = await makeCardAuthority();
      const notAfter = values.expired ? new Date(Date.now() - DAY_MS) : undefined;
      await reader.insert(
        authority.issue({
          pin: String(pin),
          profile,
          ...(label === undefined ? {} : { label: String(label) }),
          ...(notAfter && { notAfter }),
        }),
      );
    }
    say(`PCSCLITE_CSOCK_NAME=${reader.socketName} opensc-tool --name`);
    return { listens: { PCSCLITE_CSOCK_NAME: reader.socketName }, close: () => reader.close() };
  },
};

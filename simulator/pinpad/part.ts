// `npm run simulator -- pinpad`
import type { PartDefinition } from '../part.ts';
import { PinPadSimulatorError, startPinPad } from './start-pinpad.ts';

export const part: PartDefinition = {
  name: 'pinpad',
  summary: 'a serial PIN pad of the VeriFone packet family on a PTY, with a DUKPT key made at start',
  options: {
    pin: { type: 'string', help: 'type this PIN whenever the pad asks for one' },
    dialect: { type: 'string', default: 'visa-70', help: 'visa-70 or verifone-ipp' },
    key: { type: 'string', help: 'initial key as 32 hex digits; random by default' },
    ksn: { type: 'string', help: 'key serial number as 20 hex digits; random by default' },
  },
  async start(values, { dir, say }) {
    const initialKey = hex(values.key, 16, '--key');
    const ksn = hex(values.ksn, 10, '--ksn');
    const pad = await startPinPad({
      dir,
      say,
      dialect: String(values.dialect ?? 'visa-70'),
      ...(initialKey && { initialKey }),
      ...(ksn && { ksn }),
    });
    const { pin } = values;
    if (typeof pin === 'string') {
      pad.onPrompt(() => {
        pad.type(pin);
        pad.enter();
      });
    }
    // This is a test key, not a secret: a terminal needs it to decrypt this pad's PIN blocks.
    say(`initial key ${hexOf(pad.initialKey)}, key serial number ${hexOf(pad.ksn)}`);
    return { listens: { pinpad: pad.path }, close: () => pad.close() };
  },
};

const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

function hex(value: string | boolean | undefined, bytes: number, option: string): Buffer | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length === bytes * 2 && /^[0-9a-f]+$/i.test(value))
    return Buffer.from(value, 'hex');
  throw new PinPadSimulatorError(`${option} takes ${bytes * 2} hex digits`);
}

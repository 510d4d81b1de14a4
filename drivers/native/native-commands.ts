// The commands of the native process.
import type { Clock } from '../base/clock.ts';
import { innerMs } from '../base/deadline.ts';
import { withTimeout } from '../base/with-timeout.ts';
import type { NativeDoor } from '../contract/native-door.ts';
import type { NativeSettings } from '../contract/native-settings.ts';
import type { CommandSet } from '../door/types.ts';
import { absent } from '../receipt/status-bits.ts';
import { CardSlot } from './card-slot.ts';
import type { Devices } from './devices.ts';
import { NativeError } from './native-error.ts';
import { verifyPin } from './verify-pin.ts';

/** Time limit for the status of one device, in ms. A slower device is reported as offline, so that it does not delay the others. */
const statusWithinMs = 2_500;

/** `make` creates the devices once, when the settings are received. */
export function nativeCommands(
  make: (settings: NativeSettings) => Promise<Devices>,
  clock: Clock,
): CommandSet<NativeDoor> {
  let configured = false;
  let ready: { devices: Devices; slot: CardSlot } | undefined;
  const now = () => {
    if (!ready) throw new NativeError('native/notConfigured');
    return ready;
  };

  return {
    configure: {
      async run(settings) {
        if (configured) throw new NativeError('native/configured');
        configured = true;
        const devices = await make(settings);
        settings.pinpad.initialKey.fill(0); // the pad's driver has its own copy
        ready = { devices, slot: new CardSlot(devices.card) };
        return {};
      },
    },
    status: {
      async run() {
        const { card, pinpad, receipt } = now().devices;
        const [pad, printer] = await Promise.all([
          withTimeout(clock, statusWithinMs, pinpad.status(), { online: false }),
          withTimeout(clock, statusWithinMs, receipt.status(), absent),
        ]);
        return { card: { online: card.online, present: card.present }, pinpad: pad, receipt: printer };
      },
    },
    readCard: {
      run: async () => (await now().slot.open()).read(),
    },
    verifyPin: {
      run: async ({ timeoutMs }, context) =>
        verifyPin(now().slot, now().devices.pinpad, timeoutMs, innerMs(clock, context.deadlineMs), context),
    },
    sign: {
      run: async ({ message }) => now().slot.current().card.sign(message),
    },
    printReceipt: {
      async run({ receipt }, { deadlineMs }) {
        await now().devices.receipt.print(receipt, innerMs(clock, deadlineMs));
        return {};
      },
    },
  };
}

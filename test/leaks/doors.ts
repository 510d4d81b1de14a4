// Which devices and networks a process opened, by its system calls: also where the call failed, and where it got a descriptor in another way.
import type { Call } from './strace.ts';

export type DoorKind = 'tty' | 'hid' | 'pcsc' | 'printer' | 'network' | 'hidden';

export interface Door {
  kind: DoorKind;
  /** The call that shows it. */
  call: string;
}

/** Majors of terminals, serial adapters and pseudo-terminals (Linux, admin-guide/devices.txt: 4, 5, 136 to 143, 166, 188, 204). */
const ttyDevice = /<char (?:4|5|13[6-9]|14[0-3]|166|188|204):/;
/** What a path that is opened or connected to leads to; a device's link is not resolved where the call failed. */
const paths: readonly [DoorKind, RegExp][] = [
  ['tty', /"\/dev\/(?:tty|pts|ptmx|serial|console)|\/devices\/(?:pad|receipt)\//],
  ['hid', /"\/dev\/(?:hidraw|usb|bus\/usb)/],
  ['pcsc', /\/pcscd\.comm"|\/run\/pcscd/],
  ['printer', /\/page-printer\.sock"|"\/dev\/usb\/lp|\/run\/cups/],
];
const goesTo = new Set(['open', 'openat', 'openat2', 'connect', 'bind', 'sendto', 'sendmsg']);

function kindOf({ name, text }: Call): DoorKind | undefined {
  const [asked = ''] = text.split(' = ');
  if (goesTo.has(name)) for (const [kind, path] of paths) if (path.test(asked)) return kind;
  if (ttyDevice.test(text)) return 'tty';
  if (/<\/dev\/(?:hidraw|bus\/usb)/.test(text)) return 'hid';
  if (/\bAF_(?:INET6?|PACKET)\b|<(?:TCP|UDP|RAW|PING)(?:v6)?:/.test(text)) return 'network';
  // libuv's ring for files (SQPOLL) would open them unseen; its other ring only tells epoll what to wait for
  if (name === 'io_uring_setup' && text.includes('IORING_SETUP_SQPOLL')) return 'hidden';
  return undefined;
}

export function doorsOf(calls: readonly Call[]): Door[] {
  return calls.flatMap(call => {
    const kind = kindOf(call);
    return kind ? [{ kind, call: call.text.slice(0, 200) }] : [];
  });
}

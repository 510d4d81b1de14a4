// A disk of our own under a real ext4 or XFS: memory > NBD > FUSE > loop device > file system. It records, is slow, or fails.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Keeper, startKeeper } from './keeper.ts';
import { type Orders, Recorder } from './recorder.ts';
import type { Recording } from './recording.ts';

export interface DeviceOptions extends Orders {
  /** Size of the device in MiB, from 8. Default 32. */
  megabytes?: number;
  /** Options of mount(8), as `errors=remount-ro`. */
  mountOptions?: string;
  /** Default ext4. Of an XFS, only the size can be chosen. */
  fileSystem?: 'ext4' | 'xfs';
  /** Features of mkfs.ext4(8), as `encrypt`, beside the usual ones. */
  features?: string;
  /** Bytes of a block of the file system. Default 4096. */
  blockBytes?: number;
  /** How many files and folders it has room for, from 16. Default: as many as mkfs.ext4(8) finds right. */
  inodes?: number;
  /** What is on it, instead of a new file system. Copied. */
  image?: Uint8Array;
  /** Records already while it is mounted: what ext4 repairs after a power cut may be cut off too. */
  recordMount?: boolean;
}

export interface DeviceCounters {
  writes: number;
  /** Of 512 bytes each. */
  sectorsWritten: number;
  flushes: number;
}

export class Device {
  /** The file system's root. */
  readonly mountPoint: string;
  /** As in /dev/loop3. */
  readonly loop: string;
  #keeper: Keeper;
  #recorder: Recorder;
  #mount: string;

  /** `mount`: type and options. */
  constructor(keeper: Keeper, recorder: Recorder, loop: string, mount: string) {
    this.#keeper = keeper;
    this.#recorder = recorder;
    this.loop = loop;
    this.#mount = mount;
    this.mountPoint = join(keeper.folder, 'mnt');
  }

  /** How it behaves from now on. */
  order(orders: Orders): Promise<void> {
    return this.#recorder.order(orders);
  }

  /** From now on every write and flush is kept, in order. */
  record(): Promise<void> {
    return this.#recorder.record();
  }

  /** Operations recorded so far. */
  get recorded(): number {
    return this.#recorder.recorded;
  }

  /** What was recorded; nothing more is. */
  stop(): Promise<Recording> {
    return this.#recorder.stop();
  }

  /** Requests that came all the way through loop device and FUSE. */
  get requests(): { writes: number; flushes: number } {
    return this.#recorder.requests;
  }

  /** The block device's own counters (kernel, Documentation/block/stat.rst). */
  async counters(): Promise<DeviceCounters> {
    const text = await readFile(`/sys/block/${basename(this.loop)}/stat`, 'latin1');
    const fields = text.trim().split(/\s+/).map(Number);
    return { writes: fields[4]!, sectorsWritten: fields[6]!, flushes: fields[15]! };
  }

  mount(): Promise<string> {
    return this.#keeper.run(`mount ${this.#mount} ${this.loop} ${this.mountPoint}`);
  }

  unmount(): Promise<string> {
    return this.#keeper.run(`umount ${this.mountPoint}`);
  }

  /** `ro` or `rw`: what mount(8) takes. */
  remount(options: string): Promise<string> {
    return this.#keeper.run(`mount -o remount,${options} ${this.mountPoint}`);
  }

  /** Any command as root, beside the mount. Errors: an exit code other than 0. */
  run(command: string): Promise<string> {
    return this.#keeper.run(command);
  }
}

/** Smaller than mkfs.xfs(8) finds useful. */
const mkfsXfs = 'mkfs.xfs -q -K --unsupported';
/** All tables at once: nothing of them is written later, in the middle of a measurement. */
const extended = 'nodiscard,lazy_itable_init=0,lazy_journal_init=0';

/**
 * Makes it, mounts it, and takes it down again whatever happens. Needs root, and a process that called `ownMounts` when
 * it began; a test file imports device-test.ts, which sees to both.
 */
export async function withDevice<T>(
  options: DeviceOptions,
  run: (mountPoint: string, device: Device) => Promise<T>,
): Promise<T> {
  const {
    megabytes = 32,
    fileSystem = 'ext4',
    mountOptions = 'defaults',
    image,
    recordMount,
    ...orders
  } = options;
  const bytes = new SharedArrayBuffer(image?.length ?? megabytes << 20);
  if (image) new Uint8Array(bytes).set(image);
  const keeper = startKeeper();
  let recorder: Recorder | undefined;
  try {
    const at = (name: string) => join(keeper.folder, name);
    await keeper.run(`cd ${keeper.folder} && mkdir fuse mnt`);
    recorder = await Recorder.start(bytes, at('socket'));
    const loop = await keeper.run(attach(keeper.folder));
    const device = new Device(keeper, recorder, loop, `-t ${fileSystem} -o ${mountOptions}`);
    if (!image)
      await keeper.run(`${fileSystem === 'xfs' ? mkfsXfs : `mkfs.ext4 ${mkfsOptions(options)}`} ${loop}`);
    if (recordMount) await device.record();
    await device.mount();
    await device.order(orders);
    return await run(device.mountPoint, device);
  } finally {
    await recorder?.order({});
    await keeper.close();
    await recorder?.end();
  }
}

const mkfsOptions = ({ features, blockBytes = 4096, inodes }: DeviceOptions): string =>
  [
    `-q -m 0 -b ${blockBytes} -E ${extended}`,
    ...(features ? [`-O ${features}`] : []),
    ...(inodes ? [`-N ${inodes}`] : []),
  ].join(' ');

/** nbdfuse says that it is ready by its PID file, and ends when it is unmounted. */
const attach = (folder: string): string =>
  [
    `{ nbdfuse -P ${folder}/pid ${folder}/fuse/disk --unix ${folder}/socket >${folder}/log 2>&1 & }`,
    `while [ ! -s ${folder}/pid ]; do kill -0 $! || { cat ${folder}/log; exit 1; }; sleep 0.01; done`,
    `losetup --find --show ${folder}/fuse/disk`,
  ].join('; ');

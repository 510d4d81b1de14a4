// ippeveprinter, CUPS's own IPP Everywhere printer (Debian: cups-ipp-utils, dbus-daemon), with our driver on it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../drivers/base/clock.ts';
import type { PrinterJob } from '../../../drivers/contract/page.ts';
import { HttpIppLine, type IppLine } from '../../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../../drivers/page/ipp-page-printer.ts';
import { a4Certificate } from '../../../drivers/page/page-profile.ts';
import { freePort } from '../../../simulator/free-port.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { makePdf } from '../../simulator/page-printer/make-pdf.ts';
import { plain } from './plain.ts';

export const pdf = await makePdf(2);

export class IppeveRig {
  readonly dir: string;
  readonly line: HttpIppLine;
  /** The terminal's driver. */
  readonly driver: IppPagePrinter;
  readonly #port: number;
  #children: ChildProcess[] = [];

  private constructor(dir: string, port: number) {
    this.dir = dir;
    this.#port = port;
    this.line = new HttpIppLine({ host: 'localhost', port, path: '/ipp/print' }, systemClock);
    this.driver = this.driverOn(this.line);
  }

  static async open(): Promise<IppeveRig> {
    const rig = new IppeveRig(temporaryFolder('ippeve'), await freePort('localhost'));
    await mkdir(join(rig.dir, 'spool'));
    await rig.prints('exit 0');
    await rig.#start('guid=', 'dbus-daemon', [
      ...['--session', '--nofork', '--print-address'],
      `--address=${rig.#bus}`,
    ]);
    await rig.#switchOn();
    return rig;
  }

  get #bus(): string {
    return `unix:path=${join(this.dir, 'bus')}`;
  }

  /** A driver of its own on `line`. */
  driverOn(line: IppLine): IppPagePrinter {
    const printerUri = `ipp://localhost:${this.#port}/ipp/print`;
    return new IppPagePrinter(line, systemClock, { ...a4Certificate, printerUri, pollMs: 20 });
  }

  async #switchOn(): Promise<void> {
    // -r off: no DNS-SD. A D-Bus daemon must run nevertheless.
    const args = `-v -r off -n localhost -p ${this.#port} -2 -f application/pdf -D file:///dev/null`.split(
      ' ',
    );
    await this.#start(
      'printer-uri-supported',
      'ippeveprinter',
      [...args, '-c', join(this.dir, 'print.sh'), '-d', join(this.dir, 'spool'), '-k', 'judge'],
      { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.#bus },
    );
  }

  /** Power off and on: it forgets its jobs, and numbers them from 1 again. */
  async restart(): Promise<void> {
    await stop(this.#children.pop()!);
    await this.#switchOn();
  }

  /** What the printer's own script does with a document: lines on its stderr are the printer's state (ippeveprinter(1)). */
  async prints(...script: string[]): Promise<void> {
    await writeFile(join(this.dir, 'print.sh'), ['#!/bin/sh', ...script, ''].join('\n'), { mode: 0o755 });
  }

  /** Makes a job of two pages and sends its document. */
  async send(name: string): Promise<PrinterJob> {
    const job = await this.driver.createJob({ name, copies: 1, impressions: 2, ...plain });
    await this.driver.sendDocument(job, pdf);
    return job;
  }

  /** Starts a program and waits until it has written `word` on either output. */
  async #start(word: string, program: string, args: string[], env = process.env): Promise<void> {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk;
        if (said.includes(word)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', reject);
      child.on('close', code => reject(new Error(`${program} ended ${code}: ${said}`)));
    });
  }

  async close(): Promise<void> {
    for (const child of this.#children.reverse()) await stop(child);
    await rm(this.dir, { recursive: true });
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.removeAllListeners('close');
  const gone = once(child, 'exit');
  if (child.kill('SIGKILL')) await gone;
}

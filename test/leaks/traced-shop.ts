// A shop whose agent, gate and native process run under strace: what they asked of the kernel, one file a thread.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Shop } from '../../simulator/shop/shop.ts';
import { AgentService } from '../../simulator/terminal/agent-service.ts';
import type { ProcessName } from '../../simulator/terminal/log-entry.ts';
import { stock } from '../shop-stock.ts';
import { type Call, callsIn } from './strace.ts';

/** -ff: a file a thread, so that no call is cut in two; -yy: what each descriptor is; -ttt: when. */
export const strace = ['strace', '-f', '-ff', '--seccomp-bpf', '-yy', '-ttt', '-q'];
/** Patience of a terminal that strace makes slow, on a machine that others keep busy, in ms; nearly as long as a configuration may be (28 minutes in all). */
const slow = {
  pinMs: 60_000,
  hubMs: 60_000,
  deviceMs: 60_000,
  takeCardMs: 100_000,
  fetchMs: 100_000,
  payMs: 100_000,
  receiptMs: 120_000,
};
const names: readonly ProcessName[] = ['agent', 'gate', 'native'];

export class TracedShop {
  readonly shop: Shop;
  readonly agent: AgentService;
  readonly #folder: string;

  private constructor(shop: Shop, agent: AgentService, folder: string) {
    this.shop = shop;
    this.agent = agent;
    this.#folder = folder;
  }

  /** `options` of strace beside those: which calls, and how much of their data. `prepare` runs while there is no agent. */
  static async open(
    options: readonly string[],
    prepare: (shop: Shop) => Promise<void> = async () => {},
  ): Promise<TracedShop> {
    delete process.env.NODE_COMPILE_CACHE; // compiled code would be among what is written, in one run and not in the next
    const shop = await Shop.open({ stock, waits: slow });
    const { terminal, dir, panel, log } = shop;
    const folder = join(dir, 'trace');
    await mkdir(folder);
    await terminal.agent.stop();
    await prepare(shop);
    const agent = new AgentService({
      home: terminal.home,
      panelSocket: terminal.panelSocket,
      gateSocket: join(dir, 't/run/gate.sock'),
      wrap: [...strace, '-o', join(folder, 'thread'), ...options],
      onLog: entry => void log.push(entry),
    });
    try {
      await agent.start();
      await panel.reopen(terminal.panelSocket);
      await shop.isOpen();
    } catch (error) {
      await agent.stop();
      await shop.close();
      throw error;
    }
    return new TracedShop(shop, agent, folder);
  }

  pid(name: ProcessName): number {
    return this.agent.pid(name) ?? 0;
  }

  /** Ends the terminal's processes, and strace with them; then nothing more is written to the trace. */
  async endAgent(): Promise<void> {
    process.kill(this.pid('agent'), 'SIGTERM'); // not strace: it would let them go
    await this.agent.ended;
  }

  /** What each process called, its threads' calls among them. */
  calls(name: ProcessName): Call[] {
    return callsIn(this.#folder).filter(({ pid }) => pid === this.pid(name));
  }

  /** Every process that there was, by name, or by number where it is none of the three. */
  processes(): string[] {
    const pids = new Set(callsIn(this.#folder).map(({ pid }) => pid));
    return [...pids].map(pid => names.find(name => this.pid(name) === pid) ?? String(pid));
  }

  close = async (): Promise<void> => {
    await this.agent.stop();
    await this.shop.close();
  };
}

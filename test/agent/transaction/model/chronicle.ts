// What a transaction was told and asked for, in order, over all its lives: what the rules are judged on.
import type { LedgerRecord } from '../../../../agent/protocol/ledger.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Event } from '../../../../agent/transaction/event.ts';
import type { State } from '../../../../agent/transaction/state.ts';

export type EndRecord = Extract<LedgerRecord, { type: 'end' }>;
export type Told<N extends Event['is'] = Event['is']> = Extract<Event, { is: N }>;
export type Asked<N extends Effect['do'] = Effect['do']> = Extract<Effect, { do: N }>;

export type Line =
  /** Durable in the journal; `at`: where the machine stands since. */
  | { told: Event; at: State['at'] }
  | { ignored: Event; at: State['at'] }
  | { asked: Effect }
  /** What came of an effect in the world, `print jamAfter`. */
  | { did: string }
  | { ended: EndRecord }
  | { cut: string };

export class Chronicle {
  readonly lines: Line[] = [];

  /** The last one told of this name. */
  told<N extends Event['is']>(is: N): Told<N> | undefined {
    const line = this.lines.findLast(line => 'told' in line && line.told.is === is);
    return line && 'told' in line ? (line.told as Told<N>) : undefined;
  }

  /** The last one asked for of this name. */
  asked<N extends Effect['do']>(name: N): Asked<N> | undefined {
    const line = this.lines[this.lastAsked(name)];
    return line && 'asked' in line ? (line.asked as Asked<N>) : undefined;
  }

  times(name: Effect['do']): number {
    return this.lines.filter(line => 'asked' in line && line.asked.do === name).length;
  }

  lastReported(...names: Event['is'][]): number {
    return this.lines.findLastIndex(line => 'told' in line && names.includes(line.told.is));
  }

  lastAsked(name: Effect['do']): number {
    return this.lines.findLastIndex(line => 'asked' in line && line.asked.do === name);
  }

  /** Whether this effect's own failure was told. */
  failed(effect: Effect['do']): boolean {
    return this.lines.some(
      line => 'told' in line && line.told.is === 'failed' && line.told.effect === effect,
    );
  }

  get ends(): EndRecord[] {
    return this.lines.flatMap(line => ('ended' in line ? [line.ended] : []));
  }

  get feeYen(): number {
    return this.told('chosen')?.order.feeYen ?? 0;
  }

  /** For a person: one line a happening. */
  toString(): string {
    const code = (event: Event) =>
      event.is === 'failed' ? `${event.is} ${event.effect} ${event.code}` : event.is;
    return this.lines
      .map(line => {
        if ('told' in line) return `told ${code(line.told)} -> ${line.at}`;
        if ('ignored' in line) return `ignored ${code(line.ignored)} at ${line.at}`;
        if ('asked' in line) return `  asked ${line.asked.do}`;
        if ('did' in line) return `    ${line.did}`;
        if ('ended' in line) return `ended ${line.ended.outcome} (${line.ended.code})`;
        return `CUT ${line.cut}`;
      })
      .join('\n');
  }
}

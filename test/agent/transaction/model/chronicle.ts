// Everything that a transaction was reported and that it asked for, in order, over all its lives. The rules judge by it.
import type { LedgerRecord } from '../../../../agent/protocol/ledger.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Event } from '../../../../agent/transaction/event.ts';
import type { State } from '../../../../agent/transaction/state.ts';

export type EndRecord = Extract<LedgerRecord, { type: 'end' }>;
export type Reported<N extends Event['is'] = Event['is']> = Extract<Event, { is: N }>;
export type Asked<N extends Effect['do'] = Effect['do']> = Extract<Effect, { do: N }>;

export type Line =
  /** An event that is durable in the journal; `at`: the state after it. */
  | { reported: Event; at: State['at'] }
  | { ignored: Event; at: State['at'] }
  | { asked: Effect }
  /** Outcome of an effect in the world, e.g. `print jamAfter`. */
  | { did: string }
  | { ended: EndRecord }
  | { cut: string };

export class Chronicle {
  readonly lines: Line[] = [];

  /** The last reported event of this name. */
  reported<N extends Event['is']>(is: N): Reported<N> | undefined {
    const line = this.lines.findLast(line => 'reported' in line && line.reported.is === is);
    return line && 'reported' in line ? (line.reported as Reported<N>) : undefined;
  }

  /** The last effect of this name that was asked for. */
  asked<N extends Effect['do']>(name: N): Asked<N> | undefined {
    const line = this.lines[this.lastAsked(name)];
    return line && 'asked' in line ? (line.asked as Asked<N>) : undefined;
  }

  times(name: Effect['do']): number {
    return this.lines.filter(line => 'asked' in line && line.asked.do === name).length;
  }

  lastReported(...names: Event['is'][]): number {
    return this.lines.findLastIndex(line => 'reported' in line && names.includes(line.reported.is));
  }

  lastAsked(name: Effect['do']): number {
    return this.lines.findLastIndex(line => 'asked' in line && line.asked.do === name);
  }

  /** Whether a failure of this effect was reported. */
  failed(effect: Effect['do']): boolean {
    return this.lines.some(
      line => 'reported' in line && line.reported.is === 'failed' && line.reported.effect === effect,
    );
  }

  get ends(): EndRecord[] {
    return this.lines.flatMap(line => ('ended' in line ? [line.ended] : []));
  }

  get feeYen(): number {
    return this.reported('chosen')?.order.feeYen ?? 0;
  }

  /** For a person: one line for each event. */
  toString(): string {
    const code = (event: Event) =>
      event.is === 'failed' ? `${event.is} ${event.effect} ${event.code}` : event.is;
    return this.lines
      .map(line => {
        if ('reported' in line) return `reported ${code(line.reported)} -> ${line.at}`;
        if ('ignored' in line) return `ignored ${code(line.ignored)} at ${line.at}`;
        if ('asked' in line) return `  asked ${line.asked.do}`;
        if ('did' in line) return `    ${line.did}`;
        if ('ended' in line) return `ended ${line.ended.outcome} (${line.ended.code})`;
        return `CUT ${line.cut}`;
      })
      .join('\n');
  }
}

// What the transaction needs of the other rooms, reduced to what it uses. main.ts hands it in.
import type { Clock } from '../../drivers/base/clock.ts';
import type { Log } from '../../drivers/base/log.ts';
import type { CallOptions } from '../../drivers/door/client.ts';
import type { CommandEventOf, CommandName, ParamsOf, ResultOf } from '../../drivers/door/types.ts';
import type { GateDoor } from '../commands/gate-door.ts';
import type { Panel } from '../panel/panel.ts';
import type { Configuration } from '../protocol/configuration.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import type { Offer } from '../protocol/offer.ts';

export interface GatePort {
  /** Errors: MadoguchiError with the gate's code, or door/*. */
  call<N extends CommandName<GateDoor>>(
    name: N,
    params: ParamsOf<GateDoor, N>,
    options: CallOptions<CommandEventOf<GateDoor, N>>,
  ): Promise<ResultOf<GateDoor, N>>;
}

export interface HubPort {
  /** Errors: LinkError. A refusal is an answer. */
  ask(question: Question, options: { timeoutMs: number; signal?: AbortSignal }): Promise<Answer>;
}

export interface Ports {
  gate: GatePort;
  hub: HubPort;
  panel: Panel;
  clock: Clock;
  configuration: Configuration;
  /** Printed on receipts, so that the hub can find the shop. */
  terminal: string;
  log: Log;
}

/** What a transaction knows and the journal must not hold. It is lost when the transaction or the process ends. */
export interface Memory {
  offer?: Offer;
  token?: Buffer;
  orderChallenge?: Buffer;
  wrongPin?: boolean;
  /** The disk took no step any more: what happens from now on is in memory and in the log. */
  unrecorded?: boolean;
}

// The native process as the gate's commands see it.
import type { NativeDoor } from '../../../drivers/contract/native-door.ts';
import type { CallOptions } from '../../../drivers/door/client.ts';
import type { CommandEventOf, CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';

export interface NativePort {
  /** False while the process is being started again. */
  readonly online: boolean;
  /** Errors: gate/nativeAway; those of the devices; door/*. */
  call<N extends CommandName<NativeDoor>>(
    name: N,
    params: ParamsOf<NativeDoor, N>,
    options: CallOptions<CommandEventOf<NativeDoor, N>>,
  ): Promise<ResultOf<NativeDoor, N>>;
}

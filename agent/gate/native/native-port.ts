// The native process as the gate's commands see it.
import type { NativeCommands } from '../../../drivers/contract/commands.ts';
import type { CallOptions } from '../../../drivers/door/client.ts';

export interface NativePort {
  /** False while the process is being started again. */
  readonly online: boolean;
  /** Errors: gate/nativeAway; those of the devices; door/*. */
  call<N extends keyof NativeCommands>(
    name: N,
    params: NativeCommands[N][0],
    options: CallOptions,
  ): Promise<NativeCommands[N][1]>;
}

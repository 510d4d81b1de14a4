// One life of a terminal's disk, recorded: a workload from the first mount on.
import { withDevice } from './device.ts';
import { History } from './history.ts';
import type { Recording } from './recording.ts';
import type { OpenJournal, Rig } from './workload.ts';

export interface Scenario {
  name: string;
  workload: (rig: Rig, steps: number) => Promise<void>;
  steps: number;
  /** Each but the first begins with a crash state of the one before. */
  lives: number;
  /** Of its ext4. */
  features?: string;
  blockBytes?: number;
}

export interface Life {
  recording: Recording;
  history: History;
  /** The code with which the workload ended early. */
  trouble: string | undefined;
}

/** `image`: what the life before left; without it the disk is new. */
export function live(
  { workload, steps, features, blockBytes }: Scenario,
  openJournal: OpenJournal,
  image: Uint8Array | undefined,
  random: () => number,
): Promise<Life> {
  const device = {
    ...{ megabytes: 16, recordMount: true },
    ...(features && { features }),
    ...(blockBytes && { blockBytes }),
    ...(image && { image }),
  };
  return withDevice(device, async (mountPoint, device) => {
    const history = new History(() => device.recorded);
    const trouble = await workload({ mountPoint, openJournal, history, random }, steps).then(
      () => undefined,
      error => String((error as { code?: string }).code ?? error),
    );
    return { recording: await device.stop(), history, trouble };
  });
}

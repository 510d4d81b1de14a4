// The operations of a device, in order: enough to make every state in which a power cut can leave it.

/** A write, or a flush where there is no data. */
export interface Operation {
  offset: number;
  data?: Uint8Array;
}

export interface Recording {
  /** The device when recording began. */
  base: Uint8Array;
  operations: Operation[];
}

// Faults by the beginning of their names, one a set.
import type { Fault } from '../../../simulator/faults/fault.ts';
import { faults } from '../../../simulator/faults/registry.ts';

export const faultsOf = (...beginnings: readonly string[]): Fault[][] =>
  faults.filter(({ name }) => beginnings.some(beginning => name.startsWith(beginning))).map(fault => [fault]);

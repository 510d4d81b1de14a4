// All faults. A new fault is one entry in the list of its condition.
import { cardFaults } from './card.ts';
import { customerFaults } from './customer.ts';
import { documentFaults } from './documents.ts';
import type { Fault } from './fault.ts';
import { hangFaults } from './hangs.ts';
import { hubFaults } from './hub.ts';
import { pageFaults } from './page.ts';
import { panelFaults } from './panel.ts';
import { pinpadFaults } from './pinpad.ts';
import { processFaults } from './processes.ts';
import { receiptFaults } from './receipt.ts';
import { tillFaults } from './till.ts';

export const faults: readonly Fault[] = [
  ...cardFaults,
  ...pinpadFaults,
  ...receiptFaults,
  ...pageFaults,
  ...hubFaults,
  ...documentFaults,
  ...tillFaults,
  ...panelFaults,
  ...customerFaults,
  ...processFaults,
  ...hangFaults,
];

export const findFault = (name: string): Fault | undefined => faults.find(fault => fault.name === name);

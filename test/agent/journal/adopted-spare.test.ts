import { test } from 'uvu';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { adoptedThenCut } from './adopted-spare.ts';

test('a spare whose rename was not flushed when its agent was killed is adopted, and no power cut after that loses or reorders a record', () =>
  adoptedThenCut(openJournal));

test.run();

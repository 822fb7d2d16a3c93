import { describe } from 'vitest';
import { LIBRARIES } from '../../support/libraries.ts';
import { isPostgresThere } from '../../support/postgres.ts';
import { itHoldsTransactionsOf } from './handle-suite.ts';

const isThere = await isPostgresThere('transactions of query builders');

describe.runIf(isThere).each(LIBRARIES)('a transaction of $name', ({ open }) => {
  itHoldsTransactionsOf(open);
});

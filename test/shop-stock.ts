// Where shops of one run of the suites share their enrolment.

/** Environment variable that the runner sets to a folder of the run. */
export const stockVariable = 'MADOGUCHI_TEST_STOCK';

/**
 * For Shop.open, where neither enrolment nor the card's keys are a test's subject. Undefined outside the runner: each shop is
 * enrolled then.
 */
export const stock: string | undefined = process.env[stockVariable];

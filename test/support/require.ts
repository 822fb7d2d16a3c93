/**
 * Whether a part of the tests can run here. Where it cannot, says so loudly; in CI that is a failure,
 * because there everything has to run.
 */
export function requireOrSay(isThere: boolean, what: string, part: string): boolean {
  if (isThere) return true;
  const message = `NOT RUN: ${part}: ${what} is not to be had on this machine.`;
  if (process.env['CI']) throw new Error(message);
  console.warn(message);
  return false;
}

// Which files are policy tests: told by their name alone.

/** The end of the name of a policy test file. */
export const POLICY_TEST_EXTENSION = ".sels-test";

/** True for policy test files. */
export function isPolicyTest(path: string): boolean {
  return path.endsWith(POLICY_TEST_EXTENSION);
}

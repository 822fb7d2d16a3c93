import { describe, expect, it } from 'vitest';
import { errorExit, explain, usageError } from '../../src/cli/errors.ts';
import { ERROR_CODES, type ErrorCode, RuntwiceError } from '../../src/core/errors.ts';
import { CommanderError } from '../../src/vendor/commander.ts';

const ofCode = (code: ErrorCode) => new RuntwiceError(code, 'message', { fix: 'fix' });

describe('exit codes of errors', () => {
  it.each<[ErrorCode, number]>([
    ['ERR_RUNTWICE_USAGE', 2],
    ['ERR_RUNTWICE_INVALID_ARGUMENT', 2],
    ['ERR_RUNTWICE_SOURCE_MISSING', 2],
    ['ERR_RUNTWICE_LIST_UNREADABLE', 2],
    ['ERR_RUNTWICE_OUTPUT_UNWRITABLE', 2],
    ['ERR_RUNTWICE_DESTINATION_IN_SOURCE', 2],
    ['ERR_RUNTWICE_DESTINATION_UNUSABLE', 1],
    ['ERR_RUNTWICE_ITEMS_FAILED', 1],
    ['ERR_RUNTWICE_INTERNAL', 1],
  ])('%s is %i', (code, exit) => {
    expect(errorExit(ofCode(code), 'export')).toBe(exit);
  });

  it('are 125 for a command that exits with that of another one', () => {
    expect(errorExit(ofCode('ERR_RUNTWICE_USAGE'), 'once')).toBe(125);
  });

  it('are never that of success, whatever codes will be added', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      expect([1, 2]).toContain(errorExit(ofCode(code), 'export'));
    }
  });
});

describe('what the parser says', () => {
  it.each([
    [
      "error: unknown option '--jsn'\n(Did you mean --json?)",
      "unknown option '--jsn'. Did you mean --json?",
    ],
    ["error: unknown command 'x'", "unknown command 'x'"],
    [
      "error: option '--jobs <n>' is invalid. It must be whole.",
      "option '--jobs <n>' is invalid. It must be whole",
    ],
  ])('%j becomes one line', (said, message) => {
    const error = usageError(new CommanderError(1, 'commander.x', said));
    expect(error).toMatchObject({ code: 'ERR_RUNTWICE_USAGE', message });
  });
});

describe('explain', () => {
  it('leaves an error of ours as it is', () => {
    const error = ofCode('ERR_RUNTWICE_SOURCE_MISSING');
    expect(explain(error)).toBe(error);
  });

  it.each([new Error('odd'), 'odd', undefined])('calls %s a fault of ours', (thrown) => {
    const error = explain(thrown);
    expect(error).toMatchObject({ code: 'ERR_RUNTWICE_INTERNAL', cause: thrown });
    expect(error.message).toContain(thrown === undefined ? 'undefined' : 'odd');
    expect(error.fix).toContain('report it');
  });
});

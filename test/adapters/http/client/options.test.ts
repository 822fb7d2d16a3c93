import { describe, expect, it } from 'vitest';
import {
  type RetryingFetchOptions,
  retryingFetch,
} from '../../../../src/adapters/http/client/index.ts';

describe('an option is refused that is', () => {
  it.each<[string, RetryingFetchOptions]>([
    ['no attempt', { attempts: 0 }],
    ['half an attempt', { attempts: 1.5 }],
    ['no deadline', { deadline: 0 }],
    ['a deadline beyond any timer', { deadline: '25d' }],
    ['no timeout', { timeout: '0' }],
    ['no duration', { minDelay: 'soon' as '1s' }],
    ['no name of a header', { keyHeader: 'Idempotency Key' }],
    ['no number of bytes', { maxBufferedBody: -1 }],
    ['not a number', { maxRequestBody: Number.NaN }],
  ])('%s', (_what, options) => {
    expect(() => retryingFetch(options)).toThrow(
      expect.objectContaining({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' }),
    );
  });
});

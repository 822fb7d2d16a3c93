import { fingerprint } from '../core/fingerprint.ts';
import { type Identity, identityText } from '../core/key.ts';
import type { Call, Run } from './call.ts';
import type { OperationOptions, TimesMs } from './options.ts';

/** A call, checked; the input's fingerprint is taken here, before anything can change it. */
export function makeCall<Input, Value>(
  identity: Identity,
  input: Input,
  run: Run<Input, Value>,
  options: OperationOptions<Input, Value>,
  times: TimesMs,
  signal: AbortSignal | undefined,
): Call<Input, Value> {
  const { ifInterrupted = 'stop', steps = false, result } = options;
  return {
    id: identityText(identity),
    identity,
    input,
    fingerprint: fingerprint(input),
    run,
    ifInterrupted,
    steps,
    codec: result,
    times,
    signal,
  };
}

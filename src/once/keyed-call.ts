import { fingerprint } from '../core/fingerprint.ts';
import { type Identity, identityText } from '../core/key.ts';
import type { KeyedCall } from './call.ts';
import type { TimesMs } from './options.ts';

/** A call, checked; the input's fingerprint is taken here, before anything can change it. */
export function keyedCall<Input>(
  identity: Identity,
  input: Input,
  times: TimesMs,
): KeyedCall<Input> {
  const id = identityText(identity);
  return { id, identity, input, fingerprint: fingerprint(input), times };
}

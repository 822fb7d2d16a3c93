import { randomUUID } from 'node:crypto';
import { resultNotKept } from '../../../once/errors.ts';
import type { Ledger } from '../../../once/ledger.ts';
import type { IdempotencyOptions } from './options.ts';
import { type AnswerRecord, decodeBytes, encodeBody } from './record.ts';
import type { KeyedRequest } from './settle.ts';

/** A body of more bytes is recorded in parts of so many, each under a key of its own. */
export const PART_SIZE = 262_144;

type Owner = Pick<KeyedRequest, 'operation' | 'scope'>;

/**
 * Records a large body before the record that names its parts: durably, or in the transaction that has the
 * record, whose pool may have no other connection left.
 */
export async function saveParts(
  { ledger, keep = '24h' }: Pick<IdempotencyOptions, 'ledger' | 'keep'>,
  owner: Owner,
  body: Uint8Array,
  tx: object | undefined,
): Promise<NonNullable<AnswerRecord['parts']>> {
  const key = randomUUID();
  const count = Math.ceil(body.length / PART_SIZE);
  for (let index = 0; index < count; index++) {
    const part = body.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
    const name = { ...partsOf(owner), key: `${key}/${index}`, input: null };
    if (tx !== undefined) await ledger.within(tx, name, () => encodeBody(part));
    else await ledger.once(name, () => encodeBody(part), { keep, remember: '1h' });
  }
  return { key, count };
}

/** @throws ERR_RUNTWICE_RESULT_NOT_KEPT where a part is gone. */
export async function loadParts(
  ledger: Ledger,
  owner: Owner,
  { key, count }: NonNullable<AnswerRecord['parts']>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const view = await ledger.admin.get({ ...partsOf(owner), key: `${key}/${index}` });
    if (view?.result === undefined) throw resultNotKept(`the answer of ${owner.operation}`);
    parts.push(decodeBytes(view.result as AnswerRecord));
  }
  return Buffer.concat(parts);
}

function partsOf({ operation, scope }: Owner): Owner {
  return { operation: `${operation} (parts of answers)`, scope };
}

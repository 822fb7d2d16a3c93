// A shop in memory, and the four ways to take money once that everybody has written.

import type { CheckReport, OperationOptions, Ports } from '../../../src/check/index.ts';
import { checkOperation } from '../../../src/check/index.ts';

export function shop() {
  const charges: string[] = [];
  const orders = new Map<string, string>();
  const keys = new Set<string>();
  return {
    effects: {
      async charge(order: string, key?: string): Promise<void> {
        if (key !== undefined && keys.has(key)) return;
        if (key !== undefined) keys.add(key);
        charges.push(order);
      },
      async has(order: string): Promise<boolean> {
        return orders.has(order);
      },
      async put(order: string): Promise<void> {
        orders.set(order, 'paid');
      },
      async putIfAbsent(order: string): Promise<boolean> {
        if (orders.has(order)) return false;
        orders.set(order, 'paid');
        return true;
      },
    },
    observe: () => ({ charges, orders }),
    reset() {
      charges.length = 0;
      orders.clear();
      keys.clear();
    },
  };
}

export type ShopEffects = ReturnType<typeof shop>['effects'];
export type ShopPorts = Ports<ShopEffects>;

export async function chargeAndPut({ charge, put }: ShopPorts): Promise<void> {
  await charge('o1');
  await put('o1');
}

export async function lookFirst({ has, charge, put }: ShopPorts): Promise<void> {
  if (await has('o1')) return;
  await charge('o1');
  await put('o1');
}

export async function claimFirst({ putIfAbsent, charge }: ShopPorts): Promise<void> {
  if (await putIfAbsent('o1')) await charge('o1');
}

export async function withKey({ charge, putIfAbsent }: ShopPorts): Promise<void> {
  await charge('o1', 'key-o1');
  await putIfAbsent('o1');
}

export function checkInShop(
  operation: (ports: ShopPorts) => unknown,
  options: Partial<OperationOptions<ShopEffects>> = {},
): Promise<CheckReport> {
  return checkOperation(operation, { ...shop(), ...options });
}

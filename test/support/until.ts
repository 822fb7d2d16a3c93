import { vi } from 'vitest';

/** Waits for something that another process does; fails where it does not come. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitUntil(holds, { timeout: 30_000, interval: 20 });
}

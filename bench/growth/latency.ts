/** How long each took, in ms, by so many at the same time. */
export async function latencies(
  callers: number,
  ms: number,
  act: () => Promise<unknown>,
): Promise<number[]> {
  const end = performance.now() + ms;
  const taken: number[] = [];
  const caller = async (): Promise<void> => {
    for (let start = performance.now(); start < end; start = performance.now()) {
      await act();
      taken.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return taken;
}

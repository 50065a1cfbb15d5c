/** Runs `work` on every item, at most `atOnce` at a time, and hands the results over in the order of the items. */
export async function inTurn<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
  handOver: (result: Result) => void,
): Promise<Result[]> {
  const waiting = [...items.entries()];
  const results = new Map<number, Result>();
  let handedOver = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      results.set(index, await work(item, index));
      for (; results.has(handedOver); handedOver += 1) handOver(results.get(handedOver) as Result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return items.map((_item, index) => results.get(index) as Result);
}

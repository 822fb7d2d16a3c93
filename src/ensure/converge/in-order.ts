/**
 * Passes results on in the order in which their items began, however they end. Holds back only what
 * ended early, so its memory is bounded by the number of items under way.
 */
export class InOrder<Item, Result> {
  readonly #early = new Map<number, readonly [Item, Result]>();
  readonly #pass: (item: Item, result: Result) => void;
  #begun = 0;
  #passed = 0;

  constructor(pass: (item: Item, result: Result) => void) {
    this.#pass = pass;
  }

  /** The place of an item that begins now. */
  begin(): number {
    return this.#begun++;
  }

  /** Items that began and were not passed on yet. */
  get open(): number {
    return this.#begun - this.#passed;
  }

  end(place: number, item: Item, result: Result): void {
    if (place !== this.#passed) {
      this.#early.set(place, [item, result]);
      return;
    }
    this.#passed++;
    this.#pass(item, result);
    if (this.#early.size > 0) this.#passEarly();
  }

  #passEarly(): void {
    for (;;) {
      const early = this.#early.get(this.#passed);
      if (early === undefined) return;
      this.#early.delete(this.#passed);
      this.#passed++;
      this.#pass(...early);
    }
  }
}

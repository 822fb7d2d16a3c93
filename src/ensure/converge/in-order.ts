/**
 * Passes results on in the order in which their items began, however they end. Holds back only what
 * ended early, so its memory is bounded by the number of items under way.
 */
export class InOrder<Result> {
  readonly #early = new Map<number, Result>();
  readonly #emit: (result: Result) => void;
  #begun = 0;
  #passed = 0;

  constructor(emit: (result: Result) => void) {
    this.#emit = emit;
  }

  /** The place of an item that begins now. */
  begin(): number {
    return this.#begun++;
  }

  /** Items that began and were not passed on yet. */
  get open(): number {
    return this.#begun - this.#passed;
  }

  end(place: number, result: Result): void {
    if (place !== this.#passed) {
      this.#early.set(place, result);
      return;
    }
    this.#passed++;
    this.#emit(result);
    this.#passEarly();
  }

  #passEarly(): void {
    while (this.#early.size > 0) {
      const result = this.#early.get(this.#passed);
      if (result === undefined) return;
      this.#early.delete(this.#passed);
      this.#passed++;
      this.#emit(result);
    }
  }
}

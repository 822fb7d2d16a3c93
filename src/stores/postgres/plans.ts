import type { Statements } from './statements.ts';

/** After so many claims the statements are planned anew. */
const STAGES = [32, 256, 2048, 16_384];

/**
 * The statements, planned anew while the table grows. A connection keeps the plan of a statement that
 * it prepared; one that was made when the table was small reads all of it, until PostgreSQL looks at
 * the table again, which may take a minute.
 */
export class Plans {
  readonly #make: (stage: number) => Statements;
  #stage = 0;
  #claims = 0;
  #current: Statements;

  constructor(make: (stage: number) => Statements) {
    this.#make = make;
    this.#current = make(0);
  }

  get current(): Statements {
    return this.#current;
  }

  /** The statements for so many more claims. */
  forClaims(count: number): Statements {
    this.#claims += count;
    if (this.#claims >= (STAGES[this.#stage] ?? Number.POSITIVE_INFINITY)) {
      this.#stage += 1;
      this.#current = this.#make(this.#stage);
    }
    return this.#current;
  }
}

import type { NodeCapture } from './capture.ts';

interface Observer {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** The part of an Observable of RxJS that is used. */
export interface Observable {
  subscribe(observer: Observer): { unsubscribe(): void };
}

type Constructor<Result> = new (subscribe: (subscriber: Observer) => () => void) => Result;

/** The same Observable; whether it failed, or was given up before it ended, is told to the capture. */
export function observed<Result extends Observable>(source: Result, capture: NodeCapture): Result {
  return new (source.constructor as Constructor<Result>)((subscriber) => {
    let isOver = false;
    const subscription = source.subscribe({
      next(value) {
        isOver = true;
        subscriber.next(value);
      },
      error(error) {
        isOver = true;
        capture.throws(error);
        subscriber.error(error);
      },
      complete() {
        isOver = true;
        subscriber.complete();
      },
    });
    return () => {
      if (!isOver) capture.leaves(new Error('the handler was given up before it ended'));
      subscription.unsubscribe();
    };
  });
}

import { type Bytes, join } from './names.ts';
import { type EntryKind, kindOf, type PlannedFolder } from './plan.ts';
import type { TargetFolder } from './target-folder.ts';

/** One entry of the plan on its way. */
export class Item {
  readonly planned: PlannedFolder;
  readonly folder: TargetFolder;
  /** Its place in the planned folder. */
  readonly index: number;
  readonly name: Bytes;
  readonly kind: EntryKind;
  /** The name it gets: another one only where a conflict is resolved by renaming. */
  targetName: Bytes;
  /** Another run was first: what the folder held when it was listed does not count any more. */
  isStale = false;
  /** What is there is to be replaced. */
  replaces = false;

  constructor(planned: PlannedFolder, folder: TargetFolder, index: number, name: Bytes) {
    this.planned = planned;
    this.folder = folder;
    this.index = index;
    this.name = name;
    this.kind = kindOf(planned, name);
    this.targetName = name;
  }

  get source(): Bytes {
    return join(this.planned.source, this.name);
  }

  /** Its path in the destination, for reading. */
  get target(): Bytes {
    return join(this.folder.path, this.targetName);
  }

  /** What the report calls it: the path from the destination on. */
  get label(): Bytes {
    return join(this.planned.target, this.name);
  }
}

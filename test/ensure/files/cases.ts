/** Where one of the adversarial cases of the export's design is tested. */
export interface Case {
  /** What happens, in short. */
  readonly what: string;
  /** The file, from `test` on, and the tests in it, by their names. */
  readonly tests: readonly (readonly [file: string, ...names: string[]])[];
  /** What of it cannot be run everywhere, and why. */
  readonly note?: string;
}

const CHANGES = 'ensure/files/changes.test.ts';
const CLASHES = 'ensure/files/clashes.test.ts';
const CONFLICTS = 'ensure/files/conflicts.test.ts';
const COPIES = 'ensure/files/copies.test.ts';
const DRY_RUN = 'ensure/files/dry-run.test.ts';
const DURABILITY = 'ensure/files/durability.test.ts';
const FAT = 'ensure/files/fat.test.ts';
const FAULTS = 'ensure/files/faults.test.ts';
const FILE_SYSTEMS = 'ensure/files/file-systems.test.ts';
const NAMES = 'ensure/files/names.test.ts';
const PERMISSIONS = 'ensure/files/permissions.test.ts';
const RACES = 'ensure/files/races.test.ts';
const REPORT = 'ensure/files/report.test.ts';
const SYMLINKS = 'ensure/files/symlinks.test.ts';
const TWICE = 'ensure/files/twice.test.ts';
const TYPES = 'ensure/files/types.test.ts';
const DISK = 'crash/disk.test.ts';
const KILL = 'crash/kill.test.ts';
const LEFTOVERS = 'crash/leftovers.test.ts';
const OVERLAP = 'crash/overlap.test.ts';
const POWER = 'crash/power.test.ts';

const AT_ANY_CALL =
  'at any mutating system call (--durability %s) leaves nothing torn, and the next run finishes it';
const TOGETHER = '%i of them: every file is exported by exactly one';

/** Every case, by its number. Held complete, and each name held true, by the test beside this file. */
export const CASES: Readonly<Record<number, Case>> = {
  // Crashes and torn files
  1: { what: 'killed while it copies', tests: [[KILL, AT_ANY_CALL]] },
  2: {
    what: 'killed between link and unlink',
    tests: [
      [
        LEFTOVERS,
        'between naming a file and removing the working name: the file is skipped, the name removed',
      ],
    ],
  },
  3: {
    what: 'killed at every system call',
    tests: [[KILL, AT_ANY_CALL]],
    note: 'Needs strace; says so where it is not installed.',
  },
  4: {
    what: 'a file torn by another tool',
    tests: [[CONFLICTS, 'a file torn by another tool differs, it is not skipped']],
  },
  5: {
    what: 'a file of no bytes after a power cut',
    tests: [[CONFLICTS, 'a file of no bytes, as a power cut leaves it, differs']],
  },
  6: {
    what: 'power loss',
    tests: [
      [POWER, 'finds no name whose bytes were not synced before (--durability %s)'],
      [DURABILITY, '%s: no name is visible before its bytes are on disk'],
    ],
    note: 'The order of writes, syncs and names is checked; no power is cut. Needs strace.',
  },
  7: {
    what: 'no space left',
    tests: [
      [DISK, 'at any call: exit 1, nothing torn, nothing left over, and the next run finishes'],
      [
        FILE_SYSTEMS,
        'one file fails with its reason, the rest is untried, and a later run does the rest',
      ],
    ],
  },
  8: {
    what: 'quota, failing writes and syncs',
    tests: [
      [DISK, 'at any call: exit 1, nothing torn, nothing left over, and the next run finishes'],
      [FILE_SYSTEMS, 'a quota that is used up fails like a full disk'],
      [DURABILITY, 'a file whose sync fails is never given its name, and its failure is told'],
    ],
    note: 'The quota is one of btrfs; says so where it cannot be mounted.',
  },
  9: {
    what: 'Ctrl-C',
    tests: [
      [
        REPORT,
        'by Ctrl-C prints what was done so far, exits 130, and the next run finishes',
        'by SIGTERM says so in words and exits 143',
      ],
    ],
  },
  10: {
    what: 'a stale owner whose process number was used again',
    tests: [[LEFTOVERS, 'is swept when its process number belongs to another process by now']],
  },
  // Overlap
  11: { what: 'two runs at once', tests: [[OVERLAP, TOGETHER]] },
  12: { what: 'eight runs at once', tests: [[OVERLAP, TOGETHER]] },
  13: {
    what: 'somebody makes the name, same content',
    tests: [
      [RACES, 'the same content under the name, after the look: skipped, and theirs stays'],
      [FAT, 'a name that somebody else takes meanwhile is not replaced'],
    ],
  },
  14: {
    what: 'somebody makes the name, other content',
    tests: [[RACES, 'other content under the name, after the look: differs, its bytes untouched']],
  },
  15: {
    what: 'a destination file deleted meanwhile',
    tests: [
      [
        RACES,
        'a file that is deleted between the listing and the look is exported again at once',
        'a file that is deleted after it was skipped is exported by the next run',
      ],
    ],
  },
  16: {
    what: 'a destination folder removed meanwhile',
    tests: [
      [
        RACES,
        'the destination is removed: the items fail, nothing crashes, and the next run finishes',
        'a folder in it is removed: its items fail, the others are exported',
      ],
    ],
  },
  17: {
    what: 'rsync into the same folder',
    tests: [
      [
        RACES,
        'rsync into the same folder: every file once, whole, and ours counted as what we did',
      ],
    ],
    note: 'Says so where rsync is not installed.',
  },
  // Names
  18: {
    what: 'one name, other content, flat',
    tests: [
      [
        CLASHES,
        'two files of one name and other content are both left out, found before the first write',
      ],
    ],
  },
  19: {
    what: 'one name, same content, flat',
    tests: [
      [
        CLASHES,
        'two files of one name and the same content are exported once, the other is skipped',
      ],
    ],
  },
  20: {
    what: 'A.txt and a.txt where case is ignored',
    tests: [
      [CLASHES, 'A.txt and a.txt clash'],
      [FAT, 'names that differ by case only clash, before anything is written'],
      [
        FILE_SYSTEMS,
        'on ext4: A.txt and a.txt clash before any write, and so do two Unicode forms',
      ],
    ],
    note: 'FAT, exFAT and ext4 with casefold where the kernel or a driver has them; each says so.',
  },
  21: {
    what: 'two Unicode forms of one name',
    tests: [
      [
        CLASHES,
        'a name and the same name in another Unicode form clash',
        'names that differ by case, or by their Unicode form, are two files on a file system that tells them apart',
      ],
      [
        FILE_SYSTEMS,
        'on ext4: A.txt and a.txt clash before any write, and so do two Unicode forms',
      ],
    ],
    note: 'On a real file system only where the kernel has ext4 casefold; says so elsewhere.',
  },
  22: {
    what: 'a name that is no valid UTF-8',
    tests: [[NAMES, 'a name that is no valid UTF-8 is exported byte for byte']],
  },
  23: { what: 'a name of 255 bytes', tests: [[NAMES, 'a name of 255 bytes is exported']] },
  24: {
    what: 'a path longer than the system takes',
    tests: [
      [
        NAMES,
        'a source path longer than the system takes is a named failure, the rest is exported',
        'a target path longer than the system takes is a named failure, on every run',
      ],
    ],
  },
  25: {
    what: 'newlines, dashes, dots, reserved names',
    tests: [
      [
        NAMES,
        'names that shells and programs trip over are exported as they are',
        'names that start with a dash are exported from the command line, after --',
      ],
      [FAT, 'a name that it does not take is a failed item with a reason, the others are exported'],
    ],
    note: 'That Windows refuses some of them cannot be run on Linux; FAT, which does too, can.',
  },
  26: {
    what: 'a file named like our working folder',
    tests: [
      [
        NAMES,
        'a source file named like a working folder is refused by name, and never swept',
        'a destination file named like a working folder is not swept',
      ],
    ],
  },
  27: {
    what: '__proto__ and constructor',
    tests: [[NAMES, 'names of members that every object has are names like others']],
  },
  28: {
    what: 'rename makes no further file',
    tests: [[CONFLICTS, 'run twice and three times makes no further file']],
  },
  // Types
  29: {
    what: 'a folder has the name',
    tests: [[TYPES, 'a folder of that name differs and is kept, under every policy']],
  },
  30: {
    what: 'a link to a file outside has the name',
    tests: [[TYPES, 'a link to a file outside differs, and the file outside keeps its bytes']],
  },
  31: {
    what: 'a dangling link has the name',
    tests: [[TYPES, 'a dangling link differs, and nothing is made where it leads']],
  },
  32: {
    what: 'pipes, sockets, devices',
    tests: [
      [
        TYPES,
        'a pipe or a socket in the destination differs, and nothing waits for it',
        'a pipe, a socket and a device are failed items with a reason, and nothing waits for them',
      ],
    ],
  },
  33: {
    what: 'links in the source',
    tests: [
      [
        SYMLINKS,
        'are exported as links by default, dangling ones and those that lead out as well',
        'are left out and counted with skip',
        'are exported as what they lead to with follow',
        'one that leads out of the source folder is refused with follow, by name',
      ],
    ],
  },
  34: {
    what: 'a link swapped into a parent folder',
    tests: [
      [
        SYMLINKS,
        'in place of a folder that is being written in: nothing is written outside',
        'in place of a folder that was looked at, before it is opened: the item fails',
      ],
    ],
  },
  35: {
    what: 'the destination in its source',
    tests: [
      [
        TYPES,
        'the source itself as destination is refused before anything is written',
        'a folder inside the source as destination is refused, there or not, and exits 2',
      ],
    ],
  },
  36: {
    what: 'hard-linked sources',
    tests: [[TYPES, 'names of one hard-linked file are exported each']],
  },
  37: {
    what: 'a sparse file of a terabyte',
    tests: [
      [COPIES, 'a large sparse file stays sparse, and is found again'],
      [COPIES, 'a sparse file of a terabyte can be interrupted at once, and leaves nothing'],
      [FILE_SYSTEMS, 'a huge sparse file on btrfs is exported without reading it'],
    ],
    note: 'Where blocks cannot be shared its holes are read: a terabyte is only begun there.',
  },
  38: {
    what: 'a loop of links to folders',
    tests: [[SYMLINKS, 'a loop of them ends: the link that leads back is a failed item']],
  },
  // Changes
  39: {
    what: 'the source grows',
    tests: [
      [
        CHANGES,
        'a source that grows while it is copied is not exported torn',
        'a source that never stops growing is a failed item, and nothing of it is visible',
        'a large source that grows while it is copied is not exported torn',
      ],
    ],
  },
  40: {
    what: 'the source is replaced',
    tests: [
      [CHANGES, 'a source that is replaced during its copy is exported old or new, never a mix'],
    ],
  },
  41: {
    what: 'the source vanishes',
    tests: [
      [
        CHANGES,
        'a source that vanishes after it was listed is a failed item, the others are exported',
      ],
    ],
  },
  42: {
    what: 'same size and time, other content',
    tests: [
      [
        CONFLICTS,
        'the same size and time is the same file by default, whatever its bytes',
        'with identity content the same size and time but other bytes differs',
      ],
    ],
  },
  43: {
    what: 'the destination was edited',
    tests: [
      [CONFLICTS, 'a file that its owner edited in the destination differs, and keeps its bytes'],
    ],
  },
  44: {
    what: 'the source was only touched',
    tests: [[CONFLICTS, 'a source that was only touched is compared by its bytes and skipped']],
  },
  45: {
    what: 'times before 1970, 0, in the future',
    tests: [
      [COPIES, 'before 1970, of 0, in the future and of nanoseconds are kept, and found again'],
    ],
  },
  46: {
    what: 'times cut to what a copy can keep',
    tests: [
      [COPIES, 'that a copy cannot keep to the nanosecond are no difference on the second run'],
      [FAT, 'times of odd seconds are no difference on the second run'],
    ],
  },
  // Permissions and file systems
  47: {
    what: 'a source that may not be read',
    tests: [
      [PERMISSIONS, 'a source file that may not be read is a failed item, the others are exported'],
    ],
  },
  48: {
    what: 'a read-only destination',
    tests: [
      [
        PERMISSIONS,
        'a destination that may not be written in fails with its reason, and nothing is written',
        'a read-only file system fails with its reason, and the second run finds what is there',
      ],
    ],
  },
  49: {
    what: 'umask and set-user-ID',
    tests: [
      [
        PERMISSIONS,
        'are the source’s, whatever the umask',
        'set-user-ID, set-group-ID and sticky are never copied',
      ],
    ],
  },
  50: {
    what: 'FAT',
    tests: [
      [
        FAT,
        'files are exported whole by claim and rename, and the second run skips them all',
        'a run killed between its claim and its rename is recovered by the next',
      ],
    ],
    note: 'By the kernel, fusefat or exfat-fuse; each says so where it is not there.',
  },
  51: {
    what: 'links are not permitted',
    tests: [
      [
        FILE_SYSTEMS,
        'because it is not permitted: the file is exported by claim and rename',
        'because the kernel protects links to files of others: exported all the same',
      ],
    ],
  },
  52: {
    what: 'a link was made but reported as failed',
    tests: [
      [FILE_SYSTEMS, 'or was made, though its reply was lost: created, not failed and not twice'],
    ],
    note: 'The lost reply of an NFS server is played by the call itself; no NFS server is run.',
  },
  53: {
    what: 'the stage is on the destination’s file system',
    tests: [
      [RACES, 'the stage is inside the destination, so on its file system, and gone afterwards'],
      [FILE_SYSTEMS, 'a source on another one than the destination is exported, small and large'],
    ],
  },
  54: {
    what: 'a mount inside the destination',
    tests: [
      [
        FILE_SYSTEMS,
        'a destination folder that is a mount of its own: its items fail, with what to do',
        'a mount that appears mid-run over a folder that is being written in: no crash, nothing torn',
      ],
    ],
  },
  55: {
    what: 'immutable files',
    tests: [
      [
        PERMISSIONS,
        'one in the source is exported, as a file that can be changed',
        'one in the destination is skipped when it is the same, and fails when it is to be replaced',
      ],
    ],
  },
  // The report
  56: {
    what: 'nothing to do',
    tests: [
      [
        REPORT,
        'of nothing exported and 800 skipped says that there is nothing to do, and is success',
      ],
    ],
  },
  57: {
    what: 'an empty source',
    tests: [[REPORT, 'of an empty source says that there is nothing to export, and is success']],
  },
  58: {
    what: 'the counts add up under random faults',
    tests: [
      [
        FAULTS,
        'the counts add up, nothing torn is visible, no file stays open, and the next run finishes',
      ],
    ],
  },
  59: {
    what: 'one JSON document',
    tests: [
      [REPORT, 'is one JSON document on stdout even when items fail, with every name without loss'],
    ],
  },
  60: {
    what: 'stdout is closed',
    tests: [[REPORT, 'to a reader that went away does not keep the files from being exported']],
  },
  61: {
    what: 'a dry run',
    tests: [
      [
        DRY_RUN,
        'writes nothing and predicts the real run exactly: %s',
        'makes no call that changes anything',
      ],
    ],
  },
  62: {
    what: 'run twice',
    tests: [[TWICE, 'changes no byte, time, inode or folder of the destination: %s']],
    note: 'By the manifests of the destination; under `runtwice check` as soon as there is one.',
  },
};

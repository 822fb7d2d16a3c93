import type { Mounted, Mounts } from './files-mounts.ts';

/**
 * File systems without hard links, on a real image each: FAT by the kernel where it can, by a driver
 * outside it where that is installed, and exFAT in the same way.
 */
export const LINKLESS: Record<string, (mounts: Mounts) => Mounted> = {
  'FAT (kernel)': (mounts) =>
    mounts.image(12, ['mkfs.vfat', '-F', '16'], [{ type: 'vfat', options: ['utf8'] }]),
  'FAT (fusefat)': (mounts) =>
    mounts.image(
      40,
      ['mkfs.vfat', '-F', '32'],
      [{ type: 'fusefat', fuse: true, options: ['rw+'] }],
    ),
  exFAT: (mounts) =>
    mounts.image(12, ['mkfs.exfat'], [{ type: 'exfat' }, { type: 'mount.exfat-fuse', fuse: true }]),
};

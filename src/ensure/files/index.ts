export { exportFiles } from './export-files.ts';
export type { Compared, Identity } from './identity.ts';
export type { ConflictPolicy } from './look.ts';
export type { ExportDetails, ExportOptions, ExportProgress, ExportReport } from './options.ts';
export type { Durability } from './publisher.ts';
export type { SymlinkPolicy } from './walk.ts';
export { EXPORT_WORDS, VERIFY_WORDS } from './words.ts';

// Exports the photos into another folder: what is there already is skipped and counted.
import { exportFiles } from 'runtwice/files';

const report = await exportFiles('photos', 'out');
console.log(`exported ${report.counts.created}, skipped ${report.counts.unchanged}`);
process.exitCode = report.ok ? 0 : 1;

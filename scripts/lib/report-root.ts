// What scripts/schema.mjs starts from: a generic type is no root for the generator.
import type { Report } from '../../src/core/report.ts';

export type AnyReport = Report;

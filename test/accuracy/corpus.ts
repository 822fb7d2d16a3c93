import { ARCHIVES } from './archives.ts';
import { BUILD } from './build.ts';
import type { Case } from './case.ts';
import { CRYPTO } from './crypto.ts';
import { DATABASES } from './databases.ts';
import { DATES } from './dates.ts';
import { EDITING } from './editing.ts';
import { GIT } from './git.ts';
import { NETWORK } from './network.ts';
import { PATTERNS } from './patterns.ts';
import { SCRIPTS } from './scripts.ts';
import { SHELL } from './shell.ts';

export const CORPUS: readonly Case[] = [
  ...SHELL,
  ...PATTERNS,
  ...EDITING,
  ...ARCHIVES,
  ...GIT,
  ...DATABASES,
  ...BUILD,
  ...CRYPTO,
  ...SCRIPTS,
  ...NETWORK,
  ...DATES,
];

// `npm run check:cost`: what starting the command costs beyond starting Node.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCost } from './lib/check-cost.mjs';

checkCost(dirname(dirname(fileURLToPath(import.meta.url))));

// Run where the published package is installed.
import assert from 'node:assert/strict';
import { converge } from 'runtwice';
import checkSchema from 'runtwice/check-report.schema.json' with { type: 'json' };
import * as files from 'runtwice/files';
import schema from 'runtwice/report.schema.json' with { type: 'json' };
import { toBeSafeToRunTwice } from 'runtwice/vitest';

const there = new Set();
const wanted = () =>
  converge(['a', 'b'], { look: (item) => there.has(item), act: (item) => void there.add(item) });

const first = await wanted();
assert.deepEqual([first.done, first.already, first.ok], [2, 0, true]);
const second = await wanted();
assert.deepEqual([second.done, second.already, second.ok], [0, 2, true]);

assert.notEqual(Object.keys(files).length, 0);
assert.equal(typeof schema, 'object');
assert.equal(checkSchema.properties.schema.const, 'runtwice.check/1');
assert.throws(() => toBeSafeToRunTwice({}), /no report/);

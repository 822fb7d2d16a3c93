// Imports orders into a database: each is booked once, however often the file comes, and whatever is killed.
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from 'runtwice/open';

interface Order {
  id: string;
  cents: number;
}

const orders: Order[] = JSON.parse(readFileSync('orders.json', 'utf8'));
const ledger = await openLedger('sqlite:shop.db', { namespace: 'shop', keep: '30d' });
const db = new DatabaseSync('shop.db', { timeout: 5000 });
db.exec('CREATE TABLE IF NOT EXISTS account (cents INTEGER)');

for (const order of orders) {
  // The key and the row are in one transaction: there is no moment between them.
  const call = { operation: 'book', key: order.id, input: order };
  await ledger.transaction(db, call, (tx) => {
    tx.prepare('INSERT INTO account VALUES (?)').run(order.cents);
  });
}
console.log(db.prepare('SELECT count(*) AS booked, sum(cents) AS cents FROM account').get());
db.close();
await ledger.close();

export { createConnection, createPool } from 'mysql2/promise';

export { createPool } from 'mysql2/promise';

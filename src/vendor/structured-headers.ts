export { parseItem } from 'structured-headers';

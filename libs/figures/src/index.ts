export { ago, bytes, count, duration, shortId } from './figures.js';

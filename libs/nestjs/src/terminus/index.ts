export { PenstockHealthIndicator } from './penstock.health-indicator.js';

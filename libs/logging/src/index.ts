export { createLogger, PenstockLogger, type LoggingOptions } from './logger.js';

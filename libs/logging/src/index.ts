export { createLogger, frameworkLogger, PenstockLogger, type LoggingOptions } from './logger.js';

/** Injection token of the parameters (`ParameterValues`). */
export const PARAMETERS = Symbol('parameters');
/** Injection token of the process's logger (`LoggerService`). */
export const LOGGER = Symbol('logger');

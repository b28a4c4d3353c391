/**
 * Provided by a test: the endpoint of a balancer within it. Clients dial that instead of what they are told, and no
 * worker hub starts.
 */
export const TEST_BALANCER = Symbol('penstock.test-balancer');

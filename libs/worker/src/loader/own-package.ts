import { registerHooks } from 'node:module';

/**
 * Lets task files import `@penstock/worker` from a folder that has no node_modules: where the usual look-up finds
 * none, they get the copy that runs them.
 */
export function resolveOwnPackage(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@penstock/worker') return next(specifier, context);
      try {
        return next(specifier, context);
      } catch {
        return { url: new URL('../index.js', import.meta.url).href, format: 'module', shortCircuit: true };
      }
    },
  });
}

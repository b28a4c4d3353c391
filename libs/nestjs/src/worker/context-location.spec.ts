import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { askFromElsewhere } from '../../test/modules/elsewhere.js';
import { locateContext, WorkerContextError } from './context-location.js';

const caller = 'file:///app/src/app.module.js';

/** A function as a compiler has left it. */
const written = (text: string) => Object.assign(() => Promise.resolve(), { toString: () => text });

describe('the place of a context', () => {
  it.each([
    ["() => import('./tasks.module.js')", 'file:///app/src/tasks.module.js'],
    ['() => import("../tasks/tasks.module.js")', 'file:///app/tasks/tasks.module.js'],
    ['async () => (await import(`./tasks.module.js`)).TasksModule', 'file:///app/src/tasks.module.js'],
    ["() => __vite_ssr_dynamic_import__('./tasks.module.js')", 'file:///app/src/tasks.module.js'],
    ["function () { return import('/srv/a b/tasks.js'); }", 'file:///srv/a%20b/tasks.js'],
    ["() => import('file:///srv/tasks.js')", 'file:///srv/tasks.js'],
  ])('is in the text of %s', (text, url) => {
    expect(locateContext(written(text), caller)).toBe(url);
  });

  it('may be a URL, or in a package of the caller', () => {
    expect(locateContext(new URL('./tasks.js', caller), undefined)).toBe('file:///app/src/tasks.js');
    const here = pathToFileURL(import.meta.filename).href;
    expect(locateContext(written("() => import('@penstock/testing')"), here)).toMatch(
      /^file:.*\/libs\/testing\/dist\/index\.js$/,
    );
    const compiled = written("() => Promise.resolve().then(() => __importStar(require('../../package')))");
    expect(locateContext(compiled, here)).toMatch(/^file:.*\/libs\/nestjs\/package\.json$/);
  });

  it.each([
    ['() => load()', caller, `"context" must be a function like () => import('./tasks.module.js')`],
    ['() => import(`./${name}.js`)', caller, '"context" must be a function like'],
    ["() => import('./tasks.js')", undefined, `give "context" as new URL('./tasks.js', import.meta.url)`],
    [
      "() => import('no-such-package')",
      caller,
      `"no-such-package" cannot be found from /app/src/app.module.js: give "context" as new URL(import.meta.resolve('no-such-package'))`,
    ],
  ])('cannot be told from %s of %s', (text, from, message) => {
    expect(() => locateContext(written(text), from)).toThrow(WorkerContextError);
    expect(() => locateContext(written(text), from)).toThrow(message);
  });

  it('is relative to the file that calls into the package', () => {
    expect(askFromElsewhere()).toMatch(/\/test\/modules\/elsewhere\.ts$/);
  });
});

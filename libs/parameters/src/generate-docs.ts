import { writeFileSync } from 'node:fs';
import { renderMarkdown } from './rendering/markdown.js';

// The same place seen from src and from dist.
writeFileSync(new URL('../../../docs/parameters.md', import.meta.url), renderMarkdown());

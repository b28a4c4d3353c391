// What the programs are made of, and what is known to be wrong with that: writes the bill of materials, and asks the registry.
// Fails when something is known. A registry that does not answer that question is no reason to fail, but is told.
//
//   node .ci/supply-chain.mjs <file for the bill of materials>
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);

function pnpm(...args) {
  const { stdout, stderr, status } = spawnSync('pnpm', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { stdout, stderr, status };
}

const made = pnpm('run', '--silent', 'sbom', '--out', file);
if (made.status !== 0) {
  console.error(made.stderr || made.stdout);
  process.exit(1);
}
const { bomFormat, specVersion, components } = JSON.parse(readFileSync(file, 'utf8'));
console.log(`${bomFormat} ${specVersion}: ${components.length} packages from the registry`);

const { stdout, stderr, status } = pnpm('audit', '--prod', '--json');
const report = stdout.startsWith('{') ? JSON.parse(stdout) : undefined;
if (report !== undefined) {
  const known = Object.values(report.advisories ?? {});
  for (const { severity, module_name: name, title, url } of known)
    console.log(`${severity}: ${name}: ${title} (${url})`);
  console.log(`${known.length} known vulnerabilities in what the programs are made of`);
  process.exitCode = known.length === 0 ? 0 : 1;
} else if (stderr.includes('ERR_PNPM_AUDIT_BAD_RESPONSE') || stdout.includes('ERR_PNPM_AUDIT_BAD_RESPONSE')) {
  console.log('The registry does not say what is known of packages: nothing was checked.');
} else {
  console.error(stderr || stdout || `pnpm audit ended with ${status}`);
  process.exitCode = 1;
}

import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { loadAll } from 'js-yaml';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unreadFields } from './unread-fields.js';

const folder = join(import.meta.dirname, 'kubernetes');

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface PodTemplate {
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly securityContext: unknown;
    readonly containers: readonly { readonly securityContext: unknown; readonly env: readonly unknown[] }[];
    readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[];
  };
}

const models = [
  Deployment,
  StatefulSet,
  Service,
  Namespace,
  NetworkPolicy,
  ScaledObject,
  TriggerAuthentication,
];

const resources = globSync('**/*.yaml', { cwd: folder })
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) =>
    (loadAll(readFileSync(join(folder, file), 'utf8')) as Resource[]).map(
      (resource) => [file, resource] as const,
    ),
  );

const pods = resources
  .filter(([, { kind }]) => kind === 'Deployment' || kind === 'StatefulSet')
  .map(
    ([, resource]) =>
      [
        resource.metadata.name,
        (resource as unknown as { spec: { template: PodTemplate } }).spec.template,
      ] as const,
  );

/** What is wrong with a resource: by its schema, and fields that no schema knows. */
function faultsOf(resource: Resource): string[] {
  const model = models.find(
    ({ apiVersion, kind }) => apiVersion === resource.apiVersion && kind === resource.kind,
  );
  if (model === undefined) return [`no schema is known for ${resource.apiVersion} ${resource.kind}`];
  // The resource itself becomes one of its kind: the constructor would read every field, known or not.
  const typed = Object.setPrototypeOf(structuredClone(resource), model.prototype) as { validate(): void };
  try {
    return unreadFields(typed, (watched) => watched.validate());
  } catch (error) {
    return [(error as Error).message];
  }
}

describe('the manifests for Kubernetes', () => {
  it.each(
    resources.map(([file, resource]) => [file, resource.kind, resource.metadata.name, resource] as const),
  )('fit the schemas (%s: %s %s)', (_file, _kind, _name, resource) => {
    expect(faultsOf(resource)).toEqual([]);
  });

  it('would be told of a wrong value, a missing field and a misspelt one', () => {
    const plain = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } };
    expect(faultsOf({ ...plain, spec: { ports: [{ port: 'high' }] } } as Resource)).toContain(
      'data/spec/ports/0/port must be integer',
    );
    expect(faultsOf({ ...plain, spec: { ports: [{ name: 'http' }] } } as Resource)).toContain(
      'data/spec/ports/0 must have required property port',
    );
    expect(faultsOf({ ...plain, spec: { selektor: {} } } as Resource)).toEqual(['/spec/selektor']);
  });

  it.each(pods)('hold %s to the least', (_name, { spec }) => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('give each program its own key alone, by file', () => {
    const secrets = pods.map(([name, { spec }]) => [
      name,
      spec.volumes.flatMap(({ secret }) => secret?.secretName ?? []),
    ]);
    expect(Object.fromEntries(secrets)).toEqual({
      balancer: ['keys-balancer', 'tokens'],
      healthcheck: ['keys-health', 'tokens'],
      'worker-hub': ['keys-worker'],
      monitor: [],
    });
  });
});

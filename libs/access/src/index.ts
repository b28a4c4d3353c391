export { Access, type AccessOptions, type Credentials } from './access.js';
export { mayUse, mustHave, nameOf, userFor, waysIn, type Caller } from './caller.js';
export { believeIn, certificateIn, type Certificate } from './certificates.js';
export { LOGIN_CODE_MS } from './login-codes.js';
export {
  followBelief,
  followCertificate,
  type CertificateFiles,
  type CertificateLog,
} from './renewed-certificates.js';
export { RefusedError, refusals, type Refusal } from './refused-error.js';
export {
  pageRoles,
  rights,
  rightsOf,
  roles,
  rolesWith,
  type PageRole,
  type Right,
  type Role,
} from './role.js';
export { initTokens, TokensFolder, type InitialTokens, type NewToken } from './tokens-folder.js';
export { TokensFolderError } from './tokens-folder-error.js';
export type { TokenEntry } from './tokens-file.js';

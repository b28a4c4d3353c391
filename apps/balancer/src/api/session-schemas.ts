import { pageRoles, rights, roles, waysIn } from '@penstock/access';
import { z } from 'zod';

const CODE_MAX = 128;

/** Whom a login code is to let in. */
export const invitationSchema = z.strictObject({
  role: z.enum(pageRoles).optional().meta({ description: "None: the caller's own" }),
});
export type InvitationBody = z.infer<typeof invitationSchema>;

/** A code that was made. */
export const loginCodeSchema = z.strictObject({
  code: z.string(),
  role: z.enum(pageRoles),
  expiresAt: z.number().meta({ description: 'Milliseconds since 1970' }),
});
export type LoginCode = z.infer<typeof loginCodeSchema>;

/** A code that is used. */
export const codeSchema = z.strictObject({ code: z.string().min(1).max(CODE_MAX) });
export type CodeBody = z.infer<typeof codeSchema>;

/** Who calls. */
export const whoSchema = z.strictObject({
  name: z.string().meta({ description: 'Of the token, or of that by which the session was opened' }),
  role: z.enum(roles),
  by: z.enum(waysIn),
  rights: z.array(z.enum(rights)),
  expiresAt: z.number().optional().meta({ description: 'Milliseconds since 1970' }),
});
export type Who = z.infer<typeof whoSchema>;

/** Tags of the options that are rules of delivery; PROTOCOL.md lays them out. All are critical. */
export const RuleTag = {
  retry: 0x8001,
  onWorkerLoss: 0x8002,
  timeout: 0x8003,
  deadline: 0x8004,
  delay: 0x8005,
  runAt: 0x8006,
  queueTtl: 0x8007,
  idempotencyKey: 0x8008,
  durability: 0x8009,
} as const;

/** Whether an option of this tag is a rule that this version knows. */
export function isRuleTag(tag: number): boolean {
  return tag >= RuleTag.retry && tag <= RuleTag.durability;
}

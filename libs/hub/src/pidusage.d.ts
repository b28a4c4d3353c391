declare module 'pidusage' {
  /** What a process uses; rejects when there is no such process. */
  export default function pidusage(pid: number): Promise<{ readonly cpu: number; readonly memory: number }>;
}

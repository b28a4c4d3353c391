const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A count: `1,234`. */
export function count(value: number): string {
  return whole.format(value);
}

/** A duration as people read it: `3.2 ms`, `1.5 s`, `2 min 5 s`, `3 h 10 min`. */
export function duration(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Bytes: `512 B`, `1.5 KiB`, `20 MiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** How long ago something was: `just now`, `12 s ago`. */
export function ago(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  return ms < 1_000 ? 'just now' : `${duration(ms).replace(/\.\d s$/, ' s')} ago`;
}

/** The end of a task's id, which differs between tasks of one moment, too. */
export function shortId(taskId: string): string {
  return `…${taskId.slice(-8)}`;
}

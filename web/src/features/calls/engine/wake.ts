/** Keeps the screen on until the returned function is called. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = () => {
    if (over || document.hidden || !navigator.wakeLock) return;
    navigator.wakeLock.request("screen").then(
      (got) => {
        if (over) void got.release();
        else lock = got;
      },
      () => undefined,
    );
  };
  /* A hidden page loses the lock. */
  document.addEventListener("visibilitychange", take);
  take();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", take);
    void lock?.release();
  };
}

// What a fault test says: one line a claim, in the end the sum that ./test reads.
let passed = 0;
let failed = 0;

/** A claim with what speaks against it; the first few are shown. */
export function claim(sentence, against = []) {
  if (against.length === 0) {
    passed += 1;
    console.log(`ok - ${sentence}`);
    return;
  }
  failed += 1;
  console.log(`not ok - ${sentence} (${against.length})`);
  for (const one of against.slice(0, 5)) console.log(`  # ${one}`);
}

/** A claim that holds or does not. */
export function holds(sentence, so, why = "it does not") {
  claim(sentence, so ? [] : [why]);
}

/** Rows of one shape, as a table. */
export function table(rows) {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((r) => names.map((name) => String(r[name])))];
  const widths = names.map((_, i) => Math.max(...lines.map((l) => l[i].length)));
  for (const l of lines) console.log(`# ${l.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`);
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Ends the test as failed when it takes too long, so that nobody waits for ever. */
export function atMost(seconds, tidy = () => {}) {
  setTimeout(() => {
    tidy();
    holds(`the test ends within ${seconds} s`, false);
    finish();
  }, seconds * 1000).unref();
}

/* Holds the first load to its budget: index.html and every script and style sheet that it names,
   with what those import at once.  What is imported later (the call stage, settings) is free. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 60 * 1024;
const dist = resolve(import.meta.dirname, "../dist");
const html = readFileSync(join(dist, "index.html"), "utf8");

if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/.test(html)) {
  console.error("index.html holds an inline script or style, which the page's policy refuses");
  process.exit(1);
}

const seen = new Set();
const queue = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((m) => m[1]);
for (const file of queue) {
  if (seen.has(file)) continue;
  seen.add(file);
  if (!file.endsWith(".js")) continue;
  const code = readFileSync(join(dist, file), "utf8");
  for (const [, next] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
    queue.push(`assets/${next}`);
}

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const sizes = ["index.html", ...seen].map((file) => [file, gzipped(file)]);
const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
for (const [file, bytes] of sizes) console.log(`${String(bytes).padStart(7)}  ${file}`);
console.log(`${String(total).padStart(7)}  first load, gzip; at most ${LIMIT}`);
process.exit(total > LIMIT ? 1 : 0);

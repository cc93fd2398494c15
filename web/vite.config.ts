import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/* `npm run dev` serves the page from source and hands the API to a server that runs already. */
const server = process.env.CONVENE_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: false,
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/api": { target: server, ws: true, changeOrigin: true } },
  },
});

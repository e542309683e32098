import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { defineConfig } from "vite";

// The program embeds the files of dist/ and serves them compressed (apps/serve/page.cpp).
const compress = {
  name: "compress",
  closeBundle() {
    fs.rmSync("dist/__vite-browser-external.js", { force: true }); // of Node alone
    for (const name of fs.readdirSync("dist").filter((each) => /\.(js|css)$/.test(each))) {
      const file = path.join("dist", name);
      fs.writeFileSync(`${file}.gz`, zlib.gzipSync(fs.readFileSync(file), { level: 9 }));
      fs.rmSync(file);
    }
  },
};

export default defineConfig({
  base: "/",
  plugins: [compress],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: "dist",
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 9000,
    rollupOptions: {
      output: {
        entryFileNames: "app.js",
        chunkFileNames: "[name].js",
        assetFileNames: (asset) => (asset.names[0].endsWith(".css") ? "app.css" : "processor.js"),
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});

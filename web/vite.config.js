import { defineConfig } from "vite";

// Three files of fixed names: the program embeds them (apps/CMakeLists.txt).
export default defineConfig({
  base: "/",
  build: {
    outDir: "dist",
    target: "es2022",
    modulePreload: false,
    rollupOptions: { output: { entryFileNames: "app.js", assetFileNames: "app[extname]" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});

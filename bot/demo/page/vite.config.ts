import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Every browser of today reads WOFF 2: the older copies of the fonts would only double what the demo ships. */
const onlyModernFonts: Plugin = {
  name: "only-modern-fonts",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("fontsource") || !id.includes(".css")) return null;
    return code.replace(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, "");
  },
};

// The built files are committed, so that the demo needs Python alone; .ci/run builds them again and compares.
export default defineConfig({
  plugins: [onlyModernFonts, react()],
  build: { outDir: "built", emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
});

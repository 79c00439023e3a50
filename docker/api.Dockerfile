# The API with the dashboard and the command line `eyegazer`. Built from the root of the project:
#   docker build -f docker/api.Dockerfile -t eyegazer-api .
# Both Dockerfiles begin with the same stage, so that a machine which builds both runs it once.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build

FROM build AS modules
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev -w @eyegazer/api -w @eyegazer/cli && sh docker/prune-modules.sh

FROM node:20-bookworm-slim AS api
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="eyegazer-api" \
      org.opencontainers.image.description="Eyegazer: HTTP API, dashboard and command line" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# A machine id in the base image would be the same in every container.
RUN rm -f /etc/machine-id && useradd --uid 10001 --user-group --no-log-init --home-dir /data --shell /usr/sbin/nologin eyegazer && install -d -o eyegazer -g eyegazer /data
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=modules /app/package.json package.json
COPY --from=modules /app/packages packages
COPY --from=modules /app/apps/api apps/api
COPY --from=modules /app/apps/cli apps/cli
COPY --from=modules /app/apps/dashboard/dist/web apps/dashboard/dist/web
COPY --from=modules /app/prisma/migrations prisma/migrations
COPY docker/api-healthcheck.mjs docker/api-healthcheck.mjs
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4400 HOME=/data EYEGAZER_HOME=/data PATH=/app/node_modules/.bin:$PATH
# Everything else may be read-only (with a tmpfs on /tmp).
VOLUME /data
USER 10001:10001
EXPOSE 4400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "docker/api-healthcheck.mjs"]
CMD ["node", "apps/api/dist/main.js"]

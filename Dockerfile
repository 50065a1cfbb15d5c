# One image for the API, the workers and the command-line programs; they differ in the command alone.

# The Node version that every test runs on. Not Alpine: the Temporal worker's native core needs glibc.
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY stack stack
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
# The worker's native core trusts the system's certificates, which the slim image does not carry.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 METRICS_HOST=0.0.0.0
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/workflows.js dist/workflows.js
COPY package.json temporal.yaml ./
USER node
EXPOSE 8080 9464
CMD ["node", "--enable-source-maps", "dist/src/server.js"]

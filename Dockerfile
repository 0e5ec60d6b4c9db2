# One image for every program of Pitwatch. The image brings Node 24 itself, so the optional dependency that brings it
# elsewhere is left out.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional
COPY . .
RUN npm run -s build && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app ./
# Volumes take over the owner of the folder they are mounted on.
RUN mkdir -p /var/lib/pitwatch && chown node:node /var/lib/pitwatch
USER node
ENTRYPOINT ["node", "cli/pitwatch.js"]

# Lanternshare in one container: docker run -v ./media:/media -v lanternshare:/data -p 8080:8080 lanternshare

FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /app
# For sqlite3 where no ready-made binary fits; none of it reaches the image.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
# Node's own headers, so that a compilation needs no download.
ENV npm_config_nodedir=/usr/local npm_config_update_notifier=false
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY server server
COPY storage storage
COPY scripts scripts
COPY views/public views/public
RUN npm run build && npm prune --omit=dev && node scripts/trim-packages.mjs node_modules

FROM docker.io/library/node:24-bookworm-slim
# ffmpeg depends on a graphics stack that a program without a screen never loads: left out, with manuals and
# translations, that is 200 MB less.
RUN printf 'path-exclude=%s\n' '/usr/lib/*/dri/*' '/usr/lib/*/libLLVM*' '/usr/lib/*/libz3.so*' \
      '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' > /etc/dpkg/dpkg.cfg.d/lanternshare \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ffmpeg tini \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log \
 && mkdir -p /media /data
WORKDIR /app
COPY package.json LICENSE ./
COPY scripts/entrypoint scripts/healthcheck.mjs scripts/
COPY views views
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist

# The program runs as PUID:PGID (1000:1000 unless set); see scripts/entrypoint.
ENV NODE_ENV=production MEDIA_DIR=/media DATA_DIR=/data
VOLUME ["/media", "/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "/app/scripts/healthcheck.mjs"]
ENTRYPOINT ["tini", "--", "/app/scripts/entrypoint"]
CMD ["node", "dist/server/main.js"]

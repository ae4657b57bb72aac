# The paper in a container: Node, Chromium for pictures, Python for JupyterLab and TensorFlow.
#   docker build -t filter-sparsity .
#   docker run --rm filter-sparsity                                  trains hypothesis 1 from scratch (npm start)
#   docker run --rm -p 8000:8000 filter-sparsity npm run paper -- --serve --host 0.0.0.0 --port 8000
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        chromium fonts-dejavu-core g++ git make python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

ENV FILTER_SPARSITY_CHROMIUM=/usr/bin/chromium
WORKDIR /paper
RUN chown node:node /paper
USER node

COPY --chown=node:node package.json package-lock.json .npmrc ./
COPY --chown=node:node lib/package.json lib/
RUN npm ci && npm cache clean --force

COPY --chown=node:node . .
RUN npm run build

EXPOSE 8000
CMD ["npm", "start"]

# The image that docker-compose.yml builds: the checkout set up as `make run` does it, for web and workers alike. Set-up
# runs as root and nothing after it; the source is read-only to whoever runs it.
FROM python:3.12-slim
# Which build of torch set-up installs, such as cpu, or cu130 for that CUDA version; empty: what it takes by itself.
ARG TORCH_BACKEND=
RUN apt-get update && apt-get install -y --no-install-recommends make git && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /data/home --no-create-home tekhne
WORKDIR /tekhne
COPY . .
ENV TEKHNE_CACHE_DIR=/cache TEKHNE_DATA_DIR=/data HOME=/data/home PATH=/tekhne/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN mkdir -p /data/home /cache /models && python3 tools/set_up.py run \
    && chown -R tekhne:tekhne /data /cache /models
USER tekhne
# A new volume takes content and owner from here.
VOLUME /data /cache

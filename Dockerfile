# The image that docker-compose.yml builds: the checkout set up as `make run` does it, for web and worker alike.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends make git && rm -rf /var/lib/apt/lists/*
WORKDIR /tekhne
COPY . .
ENV TEKHNE_CACHE_DIR=/cache TEKHNE_DATA_DIR=/data PATH=/tekhne/.venv/bin:$PATH
RUN python3 tools/set_up.py run
VOLUME /data /cache

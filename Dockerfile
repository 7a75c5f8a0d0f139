# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN python -m venv /opt/ibid && /opt/ibid/bin/pip install --no-cache-dir "uv==0.13.*"
COPY requirements.lock pyproject.toml LICENSE NOTICE README.md ./
RUN /opt/ibid/bin/uv pip install --no-cache --python /opt/ibid/bin/python \
    --require-hashes --no-deps -r requirements.lock
COPY core core
COPY ingest ingest
COPY retrieval retrieval
COPY serve serve
COPY eval eval
COPY cli cli
RUN /opt/ibid/bin/uv pip install --no-cache --python /opt/ibid/bin/python \
    --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home ibid && install -d -o ibid /data
COPY --from=build /opt/ibid /opt/ibid
ENV PATH="/opt/ibid/bin:$PATH" IBID_DATA_DIR=/data IBID_HOST=0.0.0.0
USER 10001
WORKDIR /home/ibid
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8321/healthz', timeout=2)"]
ENTRYPOINT ["ibid"]
CMD ["serve"]

# syntax=docker/dockerfile:1

# Built with the same hashed requirements as everywhere else; without the extra `local`: production brings its PostgreSQL.
FROM python:3.13-slim AS build
ENV UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes --target /opt/setup -r requirements/setup.txt \
    && /opt/setup/bin/uv venv --python "$(command -v python3)" /opt/ledgerd \
    && /opt/setup/bin/uv pip sync --require-hashes --python /opt/ledgerd/bin/python requirements/runtime.txt
# The requirements above change seldom, the code often: a layer of its own.
COPY . .
RUN PYTHONPATH=/opt/setup python3 -m hatchling build --target wheel --directory /dist \
    && /opt/setup/bin/uv pip install --no-deps --offline --python /opt/ledgerd/bin/python /dist/*.whl

FROM python:3.13-slim
LABEL org.opencontainers.image.title="ledgerd" org.opencontainers.image.licenses="Apache-2.0"
# The data folder holds the keys and the last signed size of each ledger: a volume, or nothing survives the container.
# The rest of the file system may be read-only.
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/ledgerd
COPY --from=build /opt/ledgerd /opt/ledgerd
ENV PATH=/opt/ledgerd/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    LEDGERD_HOST=0.0.0.0 LEDGERD_PORT=8080 LEDGERD_DATA_DIR=/var/lib/ledgerd
USER 10001:10001
VOLUME /var/lib/ledgerd
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["ledgerd", "health"]
ENTRYPOINT ["ledgerd"]
CMD ["serve"]

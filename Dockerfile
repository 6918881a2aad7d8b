# One image for the web, the worker and beat. Every package that goes into it is pinned, with its hash, in uv.lock; pip
# refuses what does not match. The image that runs has no build tools in it.
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /build

RUN pip install uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN uv export --locked --no-dev --no-emit-project --output-file run.txt \
    && uv export --locked --only-group build --output-file build.txt \
    && python -m venv /app \
    && /app/bin/pip install --require-hashes --no-deps --requirement run.txt \
    && pip install --require-hashes --no-deps --requirement build.txt
COPY . .
RUN hatchling build --target wheel --directory dist \
    && /app/bin/pip install --no-deps --no-index dist/*.whl \
    && /app/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm

RUN useradd --system --uid 10001 --no-create-home entente \
    && mkdir -p /var/lib/entente \
    && chown entente /var/lib/entente
COPY --from=build /app /app

ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENTENTE_DATA_DIR=/var/lib/entente
WORKDIR /var/lib/entente
USER entente
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--no-control-socket"]

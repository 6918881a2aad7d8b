# One image for the web, the worker and beat. What is installed is pinned, with hashes, in uv.lock.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never PATH=/app/.venv/bin:$PATH
WORKDIR /app

RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project --no-cache
COPY . .
RUN uv sync --locked --no-dev --no-cache \
    && useradd --system --uid 10001 --no-create-home entente \
    && mkdir -p /var/lib/entente && chown entente /var/lib/entente

USER entente
ENV ENTENTE_DATA_DIR=/var/lib/entente
CMD ["entente", "--help"]

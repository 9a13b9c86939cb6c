# One image for web, workers and sweeper; what runs is the command. Build: docker build --tag papersnitch .
FROM python:3.12-slim AS built
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY package.json package-lock.json .npmrc ./
COPY scripts/front_end.py scripts/front_end.py
RUN python scripts/front_end.py

FROM python:3.12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends git tesseract-ocr \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /data papersnitch \
 && install --directory --owner papersnitch /data
COPY --from=built /venv /venv
WORKDIR /app
COPY . .
COPY --from=built /app/static/vendor static/vendor
USER 10001
ENV PATH=/venv/bin:$PATH PAPERSNITCH_HOME=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "scripts/probe.py"]
CMD ["gunicorn", "wsgi:app"]

FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir -r requirements.lock
COPY . .
RUN python scripts/front_end.py
RUN useradd --create-home papersnitch && mkdir /data && chown papersnitch /data
USER papersnitch
ENV PAPERSNITCH_HOME=/data HOST=0.0.0.0
CMD ["gunicorn", "wsgi:app"]

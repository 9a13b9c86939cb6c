"""The WSGI entry point: `gunicorn wsgi:app`."""

from dashboard import create_app, logging_setup, telemetry
from dashboard.config import from_environment

settings = from_environment()
logging_setup.begin(settings.watching)
telemetry.begin(settings)
app = create_app(settings)

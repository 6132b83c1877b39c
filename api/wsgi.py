"""The application for any WSGI server, with the settings of the environment."""

from api import create_app
from busdb import logs
from busdb.settings import Settings

settings = Settings.from_env()
logs.write(settings.log)
application = create_app(settings)

"""The application for any WSGI server, with the settings of the environment."""

from api import create_app

application = create_app()

"""Django's own commands, for developers: python manage.py makemigrations. Everybody else uses ./marke."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marke.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)

"""``python -m stancelib`` is the command ``stancelib``."""

import sys

from .cli import main

sys.exit(main())

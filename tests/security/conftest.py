"""The people and runs of the view tests."""

from tests.views.conftest import finished as finished
from tests.views.conftest import lab as lab
from tests.views.conftest import running as running
from tests.views.conftest import sign_in as sign_in

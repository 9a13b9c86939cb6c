"""What the pages' tests know of people and runs."""

from tests.views.conftest import lab as lab
from tests.views.conftest import member as member
from tests.views.conftest import operator as operator
from tests.views.conftest import running as running
from tests.views.conftest import sign_in as sign_in

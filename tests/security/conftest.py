"""The people and runs of the view tests."""

from tests.views.conftest import finished as finished
from tests.views.conftest import lab as lab
from tests.views.conftest import member as member
from tests.views.conftest import operator as operator
from tests.views.conftest import running as running
from tests.views.conftest import sign_in as sign_in
from tests.views.conftest import stranger as stranger
from tests.views.conftest import viewer as viewer

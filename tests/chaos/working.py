"""A worker or sweeper process on the stage: the product's own, with the handlers of the faults."""

import sys

from jobs import registry, sweeper, worker
from tests.chaos import conditions
from tests.chaos import handlers as handlers
from tests.chaos import hanging as hanging
from tests.chaos import oddities as oddities
from tests.chaos import stepping as stepping
from tests.chaos import stubborn as stubborn

if __name__ == "__main__":
    conditions.meet()
    registry.load_all = dict  # the product's own take a second to load, and are not asked for
    sweeper.main() if sys.argv[1] == "sweeper" else worker.main(sys.argv[1].split(","))

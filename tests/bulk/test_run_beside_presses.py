"""A worker changes many companies while people press switches in them: nothing is lost."""

import os
import subprocess
import sys

import pytest

from apps.audit.models import AuditEvent
from apps.bulk import services
from apps.companies.models import Company, Membership
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from scripts.bench_bulk import ROOT
from scripts.world import start_bulk
from tests.factories import UserFactory
from tests.gateways.conftest import database
from tests.races import at_once
from tests.rights.addresses import set_url

COMPANIES, PRESSES, PEOPLE = 200, 200, 4

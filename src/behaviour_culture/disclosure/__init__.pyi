from behaviour_culture.disclosure.rules import DisclosureRules as DisclosureRules
from behaviour_culture.disclosure.table import SuppressedTable as SuppressedTable
from behaviour_culture.disclosure.table import suppress as suppress

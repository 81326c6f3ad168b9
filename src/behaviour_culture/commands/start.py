"""``start``: the first files of a school."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from behaviour_culture.commands.parsing import Commands, add_command, add_force_option, in_options
from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import Fault, InvalidInputError

__all__ = ["add"]

_QUESTIONS = {
    "name": "Name of the school",
    "phase": "Phase (primary, secondary, special, alternative-provision, ...)",
    "roll": "Pupils on roll",
}
"""What is asked for, where it is not given."""


def add(commands: Commands) -> None:
    """Add the command."""
    start = add_command(commands, "start", _start, "write the first files of a school, to fill in")
    start.add_argument(
        "--name", help="of the school; asked for if it is not given, as the next two"
    )
    start.add_argument("--phase", help="such as primary, secondary, special, alternative-provision")
    start.add_argument("--roll", help="pupils on roll")
    start.add_argument("--excel", action="store_true", help="one workbook, school.xlsx")
    start.add_argument("-o", "--out", required=True, help="folder")
    add_force_option(start)


def _start(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.sheets import number_of  # noqa: PLC0415
    from behaviour_culture.start.folder import start_folder  # noqa: PLC0415  (loads content)

    answers = {key: getattr(options, key) for key in _QUESTIONS}
    missing = [key for key, given in answers.items() if given is None]
    if missing and not sys.stdin.isatty():
        faults = [Fault(f"--{key}", "is missing: give it") for key in missing]
        raise InvalidInputError("start", faults)
    try:
        answers |= {key: input(f"{_QUESTIONS[key]}: ") for key in missing}
    except EOFError:  # the answers were broken off
        faults = [Fault(f"--{key}", "was not answered: give it") for key in missing]
        raise InvalidInputError("start", faults) from None
    name, phase = answers["name"].strip(), answers["phase"].strip().lower().replace(" ", "-")
    pupils, wrong = number_of(answers["roll"])
    with in_options("start", name="--name", phase="--phase", roll="--roll"):
        if wrong or not isinstance(pupils, int):
            fault = Fault("roll", wrong or "is no whole number of pupils: type one like 210")
            raise InvalidInputError("start", [*_faults_of(name, phase), fault])
        made = start_folder(
            options.out,
            name=name,
            phase=phase,
            roll=pupils,
            excel=options.excel,
            force=options.force,
        )
    for path in made.files:
        say(f"{path}")
    first, out, run = made.first, Path(options.out), "  python -m behaviour_culture"
    if not first.fits:
        say(f"\nNo role map is for this phase. The nearest was taken: {first.role_map.name}.")
    days = "the sheets School and Term dates" if options.excel else f"the days in {made.files[2]}"
    say(f"\nFill in {days}, and put in your own people and hours. Then:")
    say(f"{run} form head=leaders teacher-1=teachers -o {out / 'forms'} --short")
    say(f"{run} collect {out / 'forms'} -o {out / 'responses.csv'}")
    say(f"{run} report {made.files[0]} -o {out / 'report'}")
    return 0


def _faults_of(name: str, phase: str) -> tuple[Fault, ...]:
    """Return what is wrong with a school beside its roll."""
    from behaviour_culture.start.school import first_school  # noqa: PLC0415  (loads content)

    try:
        first_school(name=name, phase=phase, roll=0)
    except InvalidInputError as error:
        return error.faults
    return ()

"""The command line: forms, checks, reports and charts without any Python code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from behaviour_culture._version import __version__
from behaviour_culture.errors import BehaviourCultureError, WriteError

if TYPE_CHECKING:
    from behaviour_culture.journey import JourneyResult
    from behaviour_culture.model.audit import Audit
    from behaviour_culture.model.indicator import Series
    from behaviour_culture.model.journey import Journey
    from behaviour_culture.monitoring.control_charts.chart import ControlChart

__all__ = ["main"]

_DEFAULT_FRAMEWORK = "bennett-2017"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 after a message on bad input.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.
    """
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BehaviourCultureError as error:
        _clear()
        _say(f"error: {error}", stream=sys.stderr)
        for note in getattr(error, "__notes__", ()):
            _say(f"  {note}", stream=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of the output has closed it, as `head` does
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m behaviour_culture",
        description="Audit, plan, schedule, monitor and report on a school's behaviour culture.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words.capitalize() + ".")
        added.set_defaults(command=run)
        return added

    demo = command("demo", _demo, "run the illustrative school and write its report")
    demo.add_argument("-o", "--out", default="demo-report", help="folder (default: demo-report)")
    command("list", _list, "list the content that comes with the package or was installed")
    start = command("start", _start, "copy the illustrative school's files as a start for your own")
    start.add_argument("-o", "--out", required=True, help="folder")
    form = command("form", _form, "write an audit form for each rater")
    form.add_argument(
        "raters",
        nargs="+",
        metavar="RATER",
        help="such as head or teacher-1, or with a group teacher-1=teachers",
    )
    form.add_argument("-o", "--out", required=True, help="folder; it gets form-RATER.xlsx")
    form.add_argument("--short", action="store_true", help="only the items of the short form")
    form.add_argument("--csv", action="store_true", help="plain .csv, without the extra office")
    collect = command("collect", _collect, "collect completed forms in one file of responses")
    collect.add_argument("forms", nargs="+", metavar="FORM", help=".xlsx or .csv")
    collect.add_argument("-o", "--out", required=True, help="the .csv to write")
    check = command("check", _check, "check files and list all faults")
    check.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help=".toml, .json, .xlsx forms, .csv, .zip: ours, or from elsewhere",
    )
    report = command("report", _report, "run a journey file and write its report")
    report.add_argument("journey", metavar="JOURNEY", help="a file of kind journey")
    report.add_argument("-o", "--out", required=True, help="folder")
    rounds = command("rounds", _rounds, "report the changes between two rounds of an audit")
    rounds.add_argument("before", metavar="BEFORE", help="responses of the first round")
    rounds.add_argument("after", metavar="AFTER", help="responses of the second")
    rounds.add_argument(
        "--paired", action="store_true", help="a label is the same person in both rounds"
    )
    chart = command("chart", _chart, "report whether counts over time vary by more than chance")
    chart.add_argument("counts", metavar="COUNTS", help=".csv with columns start and count")
    chart.add_argument(
        "--baseline", type=int, metavar="N", help="first periods, all before the change"
    )
    chart.add_argument(
        "--prime", action="store_true", help="for counts that vary more than chance alone"
    )
    chart.add_argument("-o", "--out", help="a picture, .png or .svg (extra plot)")
    schema = command("schema", _schema, "write JSON Schemas of kinds of files")
    which = schema.add_mutually_exclusive_group(required=True)
    which.add_argument("kind", nargs="?", metavar="KIND", help="such as school")
    which.add_argument("--all", action="store_true", help="all kinds")
    schema.add_argument("-o", "--out", required=True, help="folder; it gets KIND.schema.json")
    for one in (form, collect, check, rounds):
        one.add_argument(
            "--framework",
            metavar="ID-OR-FILE",
            help="the framework of the items (default: that of a form, or else bennett-2017)",
        )
    for one in (check, chart):
        one.add_argument(
            "--calendar",
            metavar="ID-OR-FILE",
            help="gives the pupil days if there is no column exposure",
        )
        one.add_argument("--pupils", type=int, metavar="N", help="pupils on roll")
        one.add_argument(
            "--indicator",
            default="low-level-incidents",
            metavar="ID",
            help="the indicator that is counted (default: low-level-incidents)",
        )
    return parser


def _demo(options: argparse.Namespace) -> int:
    from behaviour_culture.journey import demo_folder, run_journey  # noqa: PLC0415  (the stages)

    done = run_journey(demo_folder() / "illustrative_journey.toml", progress=_progress)
    return _written(done, done.write(options.out))


def _report(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.files import read  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.journey import FIRST_FILES, run_journey  # noqa: PLC0415

    path = Path(options.journey)
    journey: Journey = read(path, kind="journey")
    plan, schedule = (Path(options.out, name).absolute() for name in FIRST_FILES)
    names_its_own = journey.first_plan is not None or journey.first_schedule is not None
    kept = plan.exists() and not names_its_own
    if kept:
        journey = journey.evolve(first_plan=str(plan), first_schedule=str(schedule))
    done = run_journey(journey if kept else path, base=path.parent, progress=_progress)
    paths = done.write(options.out)
    if not names_its_own and (done.today is None or not kept):
        paths += done.keep(options.out)
    return _written(done, paths)


def _written(done: JourneyResult, paths: Sequence[Path]) -> int:
    _clear()
    _say(_summary(str(done)))
    _say("\nWritten:")
    for path in paths:
        _say(f"  {path}")
    return 0


def _summary(text: str) -> str:
    """Cut long lines of the summary for the terminal; the report has all of their text."""
    width = 160
    return "\n".join(
        line if len(line) <= width else line[: width - 3] + "..." for line in text.splitlines()
    )


def _list(_options: argparse.Namespace) -> int:
    from behaviour_culture import content  # noqa: PLC0415  (only for this command)

    for kind, ids in (
        ("framework", content.framework_ids()),
        ("catalogue", content.catalogue_ids()),
        ("calendar", content.calendar_ids()),
        ("crosswalk", content.crosswalk_ids()),
        ("evidence", content.evidence_ids()),
        ("instrument", content.instrument_ids()),
        ("programme", content.programme_ids()),
    ):
        for name in ids:
            _say(f"{kind:<11}{name}")
    for indicator in content.load_indicators().indicators:
        _say(f"{'indicator':<11}{indicator.id}: {indicator.name}")
    return 0


def _start(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.files import write_bytes  # noqa: PLC0415
    from behaviour_culture.journey import DEMO_FILES, demo_folder  # noqa: PLC0415

    out = Path(options.out)
    taken = [out / name for name in DEMO_FILES if (out / name).exists()]
    if taken:
        raise WriteError(str(taken[0]), "it exists already")
    _folder(options.out)
    for name in DEMO_FILES:
        write_bytes(out / name, (demo_folder() / name).read_bytes())
        _say(f"{out / name}")
    _say("\nChange them, then run:")
    _say(f"  python -m behaviour_culture report {out / DEMO_FILES[0]} -o {out / 'report'}")
    return 0


def _folder(name: str) -> Path:
    """Make a folder unless it exists, and return it."""
    out = Path(name)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(name, error.strerror or str(error)) from None
    return out


def _form(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.forms import audit_form  # noqa: PLC0415
    from behaviour_culture.content.loader import load_framework  # noqa: PLC0415

    framework = load_framework(options.framework or _DEFAULT_FRAMEWORK)
    for entry in options.raters:
        rater, _, group = entry.partition("=")
        path = _folder(options.out) / f"form-{rater}.{'csv' if options.csv else 'xlsx'}"
        raters: dict[str, str] | list[str] = {rater: group} if group else [rater]
        kind: Literal["full", "short"] = "short" if options.short else "full"
        _say(f"{audit_form(framework, path, raters=raters, form=kind)}")
    return 0


def _collect(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.table import write_csv  # noqa: PLC0415

    audit = _audit(options.forms, options)
    _say(f"{write_csv(audit.to_rows(), options.out)}: {_sentence(audit)}")
    return 0


def _audit(names: list[str], options: argparse.Namespace) -> Audit:
    """Read responses for the framework of the options, that of a form, or the default one."""
    from behaviour_culture.audit.reading import read_audit  # noqa: PLC0415  (loads the stages)
    from behaviour_culture.content.loader import load_framework  # noqa: PLC0415

    chosen = options.framework
    if chosen is None and any(_is_bare(name) for name in names):
        chosen = _DEFAULT_FRAMEWORK
    return read_audit(names, framework=load_framework(chosen) if chosen else None)


def _is_bare(name: str) -> bool:
    """Say whether a file is a table of responses that does not name its framework."""
    from behaviour_culture.interchange.files import read_text  # noqa: PLC0415

    path = Path(name)
    return path.suffix.lower() == ".csv" and "framework" not in _columns(read_text(path))


def _sentence(audit: Audit) -> str:
    return str(audit).partition(": ")[2]


def _counts(name: str, options: argparse.Namespace) -> Series:
    from behaviour_culture.content.loader import load_calendar, load_indicators  # noqa: PLC0415
    from behaviour_culture.monitoring.counts.series_reader import read_series  # noqa: PLC0415

    return read_series(
        name,
        indicator=load_indicators().indicator(options.indicator),
        calendar=load_calendar(options.calendar) if options.calendar else None,
        pupils=options.pupils,
    )


def _check(options: argparse.Namespace) -> int:
    from behaviour_culture.errors import DuplicateContentError  # noqa: PLC0415
    from behaviour_culture.inspection import FileKind, inspect_file  # noqa: PLC0415
    from behaviour_culture.interchange.files import read  # noqa: PLC0415
    from behaviour_culture.interchange.kinds import kind_of  # noqa: PLC0415

    wrong = 0
    first: dict[tuple[str, str], str] = {}
    for name in options.files:
        try:
            found = inspect_file(name)
            value: Any
            if found.kind is FileKind.COUNTS:
                value = _counts(name, options)
            elif found.kind is FileKind.RESPONSES:
                value = _audit([name], options)
            elif found.kind is FileKind.OURS:
                value = read(name)
            else:
                wrong += bool(found.faults)
                if found.faults:
                    _say(f"wrong  {found}", stream=sys.stderr)
                else:
                    _say(f"fine   {found}")
                continue
            place = (kind_of(value), value.id)
            if place in first:
                raise DuplicateContentError(*place, (first[place], name))
            first[place] = name
        except BehaviourCultureError as error:
            wrong += 1
            _say(f"wrong  {error}", stream=sys.stderr)
        else:
            _say(f"fine   {name}: {value!r}")
    return 1 if wrong else 0


def _columns(text: str) -> list[str]:
    return [name.strip() for name in text.partition("\n")[0].split(",")]


def _rounds(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.rounds import compare_rounds  # noqa: PLC0415
    from behaviour_culture.content.loader import load_framework  # noqa: PLC0415

    before, after = (_audit([name], options) for name in (options.before, options.after))
    framework = load_framework(options.framework or before.framework)
    _say(str(compare_rounds(before, after, framework, paired=options.paired)))
    return 0


def _chart(options: argparse.Namespace) -> int:
    from behaviour_culture.monitoring import u_chart  # noqa: PLC0415  (loads numpy)

    series = _counts(options.counts, options)
    chart = u_chart(series, prime=options.prime, baseline=options.baseline)
    _say(str(chart))
    if options.out:
        _picture(Path(options.out), chart, [p.label for p in series.periods])
        _say(f"\nWritten, with small counts hidden:\n  {options.out}")
    return 0


def _picture(path: Path, chart: ControlChart, labels: list[str]) -> None:
    from io import BytesIO  # noqa: PLC0415

    from behaviour_culture.interchange.files import write_bytes  # noqa: PLC0415
    from behaviour_culture.monitoring import plot_chart  # noqa: PLC0415

    suffix = path.suffix.lower()
    if suffix not in {".png", ".svg"}:
        raise WriteError(str(path), f"the suffix {path.suffix!r} is neither .png nor .svg")
    drawn = BytesIO()
    figure = plot_chart(chart, labels=labels).get_figure(root=True)
    assert figure is not None  # noqa: S101  (it was drawn on one)
    figure.savefig(drawn, format=suffix[1:])
    write_bytes(path, drawn.getvalue())


def _schema(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.kinds import KINDS  # noqa: PLC0415
    from behaviour_culture.interchange.schema import write_schema  # noqa: PLC0415

    kinds: list[Any] = sorted(KINDS) if options.all else [options.kind]
    for kind in kinds:
        _say(f"{write_schema(kind, options.out)}")
    return 0


def _progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        count = f" {done:,} of {total:,}" if total > 1 else ""
        sys.stderr.write(f"\r\x1b[K{stage}{count}")
        sys.stderr.flush()


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _say(text: str, *, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())

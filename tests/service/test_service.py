"""The example service, asked over HTTP in memory: answers, refusals, limits, OpenAPI."""

from __future__ import annotations

import io
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator, validate

import behaviour_culture as bc
from behaviour_culture.interchange import digest
from builders import HOURS, framework_of, plan_of, step

pytest.importorskip("fastapi")
testclient = pytest.importorskip("fastapi.testclient")

from behaviour_service import app as service  # noqa: E402  (after the check that FastAPI is there)

FRAMEWORK = "bennett-2017"
SMALL = framework_of({"routines": [1], "staff": [1]})
STEPS = [step("one", principles=["routines"]), step("two", "one", principles=["staff"])]
CATALOGUE = bc.StepCatalogue(id="c", name="C", framework=SMALL.id, edition="1", steps=STEPS)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with testclient.TestClient(service.create_app()) as made:
        yield made


def audit_data(framework: bc.Framework = SMALL) -> dict[str, Any]:
    answers = [
        bc.Response(rater=rater, item=item.id, rating=(i + shift) % 3)
        for shift, rater in enumerate(("head", "teacher-1", "teacher-2"))
        for i, item in enumerate(framework.items)
    ]
    return bc.to_dict(
        bc.Audit(id="a", framework=framework.id, edition=framework.edition, responses=answers)
    )


def capacity_data() -> dict[str, Any]:
    roles = [bc.Role(id=k, title=k, hours_per_week=3 * h, people=2) for k, h in HOURS.items()]
    return bc.to_dict(bc.Capacity(roles=roles))


def small_audit() -> dict[str, Any]:
    return {"audit": audit_data(), "framework": bc.to_dict(SMALL)}


def ask(client: Any, route: str, body: object) -> dict[str, Any]:
    answer = client.post(f"/{route}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def journey(client: Any) -> dict[str, Any]:
    """What each route answered, one after the other: an answer goes into the next request."""
    result = ask(client, "audit", small_audit())
    asked = {"result": result, "priorities": 1, "id": "one", "catalogue": bc.to_dict(CATALOGUE)}
    plan = ask(client, "plan", asked)
    asked = {"plan": plan, "capacity": capacity_data(), "budget": 20, "id": "first"}
    schedule = ask(client, "schedule", asked)
    parts = {"plan": plan, "result": result, "schedule": schedule}
    return {**parts, "forecast": ask(client, "forecast", parts | {"draws": 200})}


class TestAnswers:
    def test_they_are_those_of_the_library(self, journey: dict[str, Any]) -> None:
        audit = bc.from_dict(audit_data(), bc.Audit)
        result = bc.score_audit(audit, SMALL)
        plan = bc.draft_plan(result, catalogue=CATALOGUE, priorities=1, id="one")
        schedule = bc.schedule_plan(
            plan,
            calendar="illustrative-2026-27",
            capacity=bc.from_dict(capacity_data(), bc.Capacity),
            budget=20,
            id="first",
        )
        assert bc.from_dict(journey["result"], bc.AuditResult) == result
        assert bc.from_dict(journey["plan"], bc.ActionPlan) == plan
        assert bc.from_dict(journey["schedule"], bc.Schedule) == schedule
        assert bc.from_dict(journey["forecast"], bc.Forecast).plan == "one"
        year = bc.load_calendar("illustrative-2026-27")
        capacity = bc.from_dict(capacity_data(), bc.Capacity)
        assert journey["schedule"]["made_with"] == {
            "library": bc.__version__,
            "inputs": {
                "action-plan one": digest(plan),
                f"calendar {year.id}": digest(year),
                "Capacity": digest(capacity),
            },
        }

    def test_what_comes_with_the_library_is_named_by_its_id(self, client: Any) -> None:
        audit = audit_data(bc.load_framework(FRAMEWORK))
        result = ask(client, "audit", {"audit": audit})
        plan = ask(client, "plan", {"result": result, "priorities": 1})
        assert (plan["id"], plan["catalogue"]) == ("a-plan", FRAMEWORK)

    def test_a_page_and_a_workbook_without_a_file(
        self, client: Any, journey: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("xlsxwriter")
        monkeypatch.chdir(tmp_path)
        journey = {**journey, "framework": bc.to_dict(SMALL)}
        page = client.post("/report", json={**journey, "title": "A <b>plan</b>"})
        assert page.status_code == 200, page.text
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "A &lt;b&gt;plan" in page.text
        book = client.post("/workbook", json=journey)
        assert 'filename="plan.xlsx"' in book.headers["content-disposition"]
        plan = bc.from_dict(journey["plan"], bc.ActionPlan)
        back = bc.read_plan_workbook(io.BytesIO(book.content), plan)
        assert (back.plan, back.faults) == (plan, ())
        assert list(tmp_path.iterdir()) == []

    def test_64_at_once_get_the_same_bits(self, client: Any) -> None:
        steps = [step("one"), step("two", "one"), step("three", "one")]
        body = {
            "plan": bc.to_dict(plan_of(*steps)),
            "capacity": capacity_data(),
            "budget": 50,
        }
        asked = {"schedule": body, "audit": small_audit()}
        alone = {
            route: client.post(f"/{route}", json=data).content for route, data in asked.items()
        }
        routes = ["schedule", "audit"] * 32
        with ThreadPoolExecutor(64) as pool:
            found = list(pool.map(lambda r: client.post(f"/{r}", json=asked[r]).content, routes))
        assert found == [alone[r] for r in routes]


def refusal(client: Any, route: str, **sent: Any) -> dict[str, Any]:
    answer = client.post(f"/{route}", **sent)
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    validate(told, service.PROBLEM)
    return told


class TestRefusals:
    def test_all_faults_have_their_path_code_value_and_mend(self, client: Any) -> None:
        audit = audit_data()
        audit["responses"][2] |= {"rating": "2", "raiting": 2}
        told = refusal(client, "audit", json={"audit": audit, "frame": 1})
        assert (told["status"], told["title"]) == (422, "InvalidInputError")
        assert [(f["path"], f["code"], f["value"]) for f in told["faults"]] == [
            ("frame", "unknown-key", ""),
            ("audit.responses[2].raiting", "unknown-key", ""),
            ("audit.responses[2].rating", "wrong-type", "'2'"),
        ]
        assert all(f["mend"] for f in told["faults"])

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
            ({"content": b"\xff", "headers": {"content-type": "application/json"}}, 400),
            ({"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
            ({"json": []}, 422),
            ({"json": {}}, 422),
            ({"content": b"[" * 99_999, "headers": {"content-type": "application/json"}}, 422),
        ],
    )
    def test_what_is_no_request(self, client: Any, sent: Any, status: int) -> None:
        assert refusal(client, "audit", **sent)["status"] == status

    @pytest.mark.parametrize("name", ["no-such", "a.toml", "../a.toml"])
    def test_an_id_is_no_path(
        self, client: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        bc.write(bc.load_framework(FRAMEWORK), "a.toml")
        told = refusal(client, "audit", json={"audit": audit_data() | {"framework": name}})
        assert {f["code"] for f in told["faults"]} <= {"unknown-name", "not-an-id"}
        body = {"plan": bc.to_dict(plan_of(step("one"))), "capacity": capacity_data()}
        told = refusal(client, "schedule", json=body | {"calendar": name})
        assert {f["path"] for f in told["faults"]} == {"calendar"}

    def test_thousands_of_faults_get_a_short_answer(self, client: Any) -> None:
        audit = audit_data()
        audit["responses"] = [{"rater": "head", "item": f"i{n}"} for n in range(3_000)]
        for row in audit["responses"]:
            row["ratings"] = 1
        told = refusal(client, "audit", json={"audit": audit})
        assert (len(told["faults"]), told["more_faults"]) == (100, 2_900)

    def test_a_mistake_of_ours_tells_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_asked: object, _stop: object) -> bytes:
            raise ZeroDivisionError("secret")

        monkeypatch.setitem(service.TASKS, "audit", service.TASKS["audit"]._replace(call=broken))
        app = service.create_app()
        with testclient.TestClient(app, raise_server_exceptions=False) as client:
            told = refusal(client, "audit", json=small_audit())
        assert (told["status"], told["detail"]) == (500, "Internal Server Error")

    def test_no_such_route_and_method(self, client: Any) -> None:
        assert refusal(client, "nothing", json={})["status"] == 404
        assert client.get("/audit").json()["status"] == 405


def small(**limits: Any) -> Any:
    return testclient.TestClient(service.create_app(service.Limits(**limits)))


class TestLimits:
    def test_a_request_too_large(self) -> None:
        with small(max_bytes=100) as client:
            told = refusal(client, "audit", json={"audit": audit_data()})
        assert (told["status"], told["detail"]) == (413, "a request has at most 100 bytes")

    @pytest.mark.parametrize("route", ["schedule", "forecast"])
    def test_work_that_takes_too_long_is_ended(self, route: str, journey: dict[str, Any]) -> None:
        steps = [step(f"s{i}", weeks=2, hours=2 + i % 3) for i in range(60)]
        body = {"plan": bc.to_dict(plan_of(*steps)), "capacity": capacity_data(), "budget": 20_000}
        if route == "forecast":
            body = {key: journey[key] for key in ("plan", "result", "schedule")} | {
                "draws": 1_000_000
            }
        begun = time.monotonic()
        with small(seconds=0.2, threads=1) as client:
            told = refusal(client, route, json=body)
        # The pool is shut down by then: the thread has ended too.
        assert time.monotonic() - begun < 5
        assert (told["status"], told["detail"]) == (503, "not done in 0.2 seconds: ask for less")

    def test_too_many_at_once_are_turned_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hold, begun = threading.Event(), threading.Event()

        def slow(_asked: object, _stop: object) -> bytes:
            begun.set()
            hold.wait(10)
            return b"{}"

        task = service.TASKS["audit"]._replace(call=slow)
        monkeypatch.setitem(service.TASKS, "audit", task)
        body = small_audit()
        with small(threads=1, waiting=1) as client, ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.post, "/audit", json=body)
            assert begun.wait(10)
            told = refusal(client, "audit", json=body)
            hold.set()
            assert first.result().status_code == 200
        assert told["status"] == 503


class TestOpenApi:
    def test_requests_and_answers_are_valid_by_it(
        self, client: Any, journey: dict[str, Any]
    ) -> None:
        told = client.get("/openapi.json").json()
        assert told["openapi"].startswith("3.1")

        parts = told["components"]

        def check(name: str, data: object) -> None:
            root = {"$ref": f"#/components/schemas/{name}", "components": parts}
            Draft202012Validator(root).validate(data)

        check("AuditRequest", small_audit())
        check("ForecastRequest", {k: journey[k] for k in ("plan", "result", "schedule")})
        for part, name in (
            ("result", "audit-result"),
            ("plan", "action-plan"),
            ("schedule", "schedule"),
            ("forecast", "forecast"),
        ):
            check(name, journey[part])

    def test_each_reference_leads_somewhere(self, client: Any) -> None:
        told = client.get("/openapi.json").text
        parts = json.loads(told)["components"]["schemas"]
        references = {piece.split('"')[0] for piece in told.split('"$ref":"')[1:]}
        assert references
        assert {r.removeprefix("#/components/schemas/") for r in references} <= set(parts)

    def test_it_lists_frameworks(self, client: Any) -> None:
        assert FRAMEWORK in client.get("/frameworks").json()


@pytest.mark.slow
def test_schemathesis_finds_no_answer_that_openapi_does_not_describe() -> None:
    schemathesis = pytest.importorskip("schemathesis")
    checks = pytest.importorskip("schemathesis.checks")
    schema = schemathesis.openapi.from_asgi("/openapi.json", service.create_app())
    # A schema cannot say the rules that span values: what breaks one of them is a 422 too.
    rules = [c for c in checks.CHECKS.get_all() if c.__name__ == "positive_data_acceptance"]
    asked = Counter[tuple[str, str]]()
    for operation in schema.get_all_operations():
        for mode in schemathesis.GenerationMode:
            if mode.value == "negative" and operation.ok().method == "get":
                continue  # it takes nothing that could be wrong

            def one(case: Any) -> None:
                case.call_and_validate(excluded_checks=rules)
                asked[case.path, case.meta.generation.mode.value] += 1

            strategy = operation.ok().as_strategy(generation_mode=mode)
            settings(
                max_examples=10,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
                derandomize=True,
                phases=[Phase.generate],
            )(given(case=strategy)(one))()
    assert len(asked) == 13
    assert min(n for (path, _), n in asked.items() if path != "/frameworks") >= 5

"""What several deltas ask together, whatever they are."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.deltas import Scope, delta_outline, length_of_test, union
from learning.manifest import Node, Outline, is_complete

#: A busy machine is no reason to fail.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = [f"m{module}-l{lesson}" for module in (1, 2, 3) for lesson in (1, 2, 3)]
MINUTES = {key: 5 + index for index, key in enumerate(KEYS)}
scopes = st.builds(
    lambda lessons, questions, more: Scope(
        frozenset(lessons), questions, sum(MINUTES[key] for key in lessons) + questions + more
    ),
    st.sets(st.sampled_from(KEYS)),
    st.integers(0, 20),
    st.integers(0, 30),
)
POOLS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), min_size=3, max_size=3)


def outline(pools) -> Outline:
    modules = tuple(
        Node(
            uuid=f"m{number}",
            key=f"m{number}",
            kind="module",
            pool=max(pool, must),
            must=must,
            children=tuple(
                Node(uuid=key, key=key, kind="lesson", minutes=MINUTES[key]) for key in KEYS if key[1] == str(number)
            ),
        )
        for number, (pool, must) in enumerate(pools, 1)
    )
    final = Node(uuid="final", key="final-test", kind="quiz", purpose="final", pass_mark=80)
    return Outline((*modules, final), delta_test="delta")


@patient
@given(st.lists(scopes, max_size=5))
def test_a_union_asks_for_every_lesson_once_and_for_no_less_than_any_of_its_deltas(several):
    both = union(several, MINUTES)
    assert both.lessons == frozenset().union(*(each.lessons for each in several))
    for each in several:
        assert each.lessons <= both.lessons and each.questions <= both.questions and each.minutes <= both.minutes
    assert both.minutes <= sum(each.minutes for each in several)
    assert both == union(list(reversed(several)), MINUTES)


@patient
@given(scopes, scopes, scopes)
def test_it_does_not_matter_how_many_editions_are_taken_at_once(first, second, third):
    at_once = union([first, second, third], MINUTES)
    in_steps = union([union([first, second], MINUTES), third], MINUTES)
    assert at_once.lessons == in_steps.lessons and at_once.questions == in_steps.questions


@patient
@given(st.lists(scopes, max_size=4), POOLS)
def test_the_outline_of_a_refresher_holds_just_its_lessons_and_a_test_that_can_be_asked(several, pools):
    full = outline(pools)
    scope = union(several, MINUTES)
    own = delta_outline(full, scope)
    lessons = {node.key for node in own.path if node.kind == "lesson"}
    assert lessons == scope.lessons
    assert own.required <= full.required | {"delta"}
    test = own.quiz("delta")
    pool, must = sum(module.pool for module in own.modules), sum(module.must for module in own.modules)
    if test is not None:
        assert must <= test.questions <= pool and test.pass_mark == 80
        assert not is_complete(own, own.required - {"delta"}) and is_complete(own, own.required)
    else:
        assert not length_of_test(scope.questions, pool, must)
    assert own.quiz("final") is None and bool(own.path) == bool(scope.lessons)


def test_a_lesson_that_the_edition_has_no_longer_is_not_asked_for():
    own = delta_outline(outline([(3, 0)] * 3), Scope(frozenset({"m1-l1", "gone"}), 2, 9))
    assert [node.key for node in own.path] == ["m1-l1", "delta-test"]
    assert delta_outline(outline([(3, 0)] * 3), Scope(frozenset({"gone"}), 2, 9)).path == ()

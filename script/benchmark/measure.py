"""Rounds: every flow takes its turn in each, beside the bare view."""

import statistics
import sys
from dataclasses import dataclass, field

from benchmark.flows import Flow
from benchmark.servers import Server

#: What `counting` says in its header.
HEADER = "X-Sql-Statements"
COUNTED = 4


@dataclass
class Figures:
    """What was seen of one flow: a value a block, except the latencies, a value a request."""

    cpu: list[float] = field(default_factory=list)
    ratio: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    sql: int = 0
    bytes: int = 0

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


def count(server: Server, flows: list[Flow]) -> dict[str, int]:
    """The most SQL statements that a request of each flow needs, with warm caches."""
    found = {}
    for flow in flows:
        server.client.reconnect()
        flow.prepare(server.client)
        for _ in range(flow.warm):
            flow.step(server.client)
        found[flow.name] = max(int(flow.step(server.client).headers[HEADER]) for _ in range(COUNTED))
    return found


def rounds(number: int, bare: tuple[Server, Flow], product: Server, flows: list[Flow]) -> dict[str, Figures]:
    """Measure. A block of every flow stands beside a block of the bare view: what else the machine does hits both."""
    for server, flow in [bare, *((product, flow) for flow in flows)]:
        server.client.reconnect()
        flow.prepare(server.client)
        for _ in range(flow.warm):
            flow.step(server.client)
    reference = Figures()
    figures = {"reference": reference} | {flow.name: Figures() for flow in flows}
    for this in range(number):
        print(f"Round {this + 1} of {number}", file=sys.stderr)
        for flow in flows:
            seen = figures[flow.name]
            _block(*bare, reference)
            _block(product, flow, seen)
            seen.ratio.append(seen.cpu[-1] / reference.cpu[-1])
    return figures


def _block(server: Server, flow: Flow, figures: Figures) -> None:
    server.client.reconnect()
    before = server.cpu()
    for _ in range(flow.per_round):
        reply = flow.step(server.client)
        figures.seconds.append(reply.seconds)
        figures.bytes = len(reply.body)
    figures.cpu.append((server.cpu() - before) / flow.per_round)

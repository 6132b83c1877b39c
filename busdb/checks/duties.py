"""What the law obliges to tell about services of the point of single contact.

Art. 7(1) of Directive 2006/123/EC asks for the requirements with their procedures (a), the competent authorities (b),
the registers (c), the means of redress (d) and the bodies that help (e); Art. 10(1) of Regulation (EU) 2018/1724 for
evidence, fees and payment, deadlines or times, and what silence of the authority means. Registers are told where there
are any, so that their absence is no finding; what the EA feed must have decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from busdb.checks.base import Hit, has, rule
from busdb.checks.known import Known
from busdb.records import Service


def missing(record: Service, known: Known) -> Iterator[str]:
    """The fields of an EA service that are neither filled nor told in the text module that belongs to them."""
    if not record.ea_basis:
        yield "ea_basis"
    for field, modules in (
        ("requirements", ("09",)),
        ("steps", ("11",)),
        ("channels", ()),
        ("documents", ("08",)),
        ("deadlines", ("97",)),
        ("processing_times", ("95",)),
        ("remedies", ("25",)),
    ):
        if not has(record, field, *modules):
            yield field
    if not has(record, "", "98") and record.id not in known.fees:
        yield "fees"
    if all(body.kind == "dispute_resolution" for body in record.support_bodies):
        yield "support_bodies"
    if record.tacit_approval is None or (
        record.tacit_approval and not (record.tacit_period and record.tacit_legal_basis)
    ):
        yield "tacit_approval"
    if record.id not in known.ruled:
        yield "responsibility"
    if record.changed_on is None and record.reviewed_on is None:
        yield "changed_on"


@rule("Q10", "muss", Service)
def incomplete_ea(record: Service, known: Known) -> Iterator[Hit]:
    """A service of the point of single contact without something that providers must be told."""
    if record.ea:
        for field in missing(record, known):
            yield Hit(f"$.{field}", {"missing": f"@duty.{field}"})

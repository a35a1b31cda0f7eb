"""Who helps a case's pair, and which departments it concerns beside its own."""

from django.db.models import Value

from consultations.models import Case
from office.models import Department, User


def beside(case: Case) -> tuple[list[User], list[Department]]:
    """The supporters and the departments, as far as their names go. 1 SQL, however many parts of a page ask."""
    if "_beside" not in case.__dict__:
        people = case.supporters.order_by().values_list(Value("person"), "pk", "name", Value(0), "username")
        departments = case.concerned.order_by().values_list(Value("department"), "pk", "name", "order", "code")
        supporters, concerned = [], []
        for kind, pk, name, order, code in sorted(people.union(departments, all=True), key=lambda row: row[3:]):
            if kind == "person":
                supporters.append(User(pk=pk, name=name, username=code))
            else:
                concerned.append(Department(pk=pk, name=name, order=order, code=code))
        case.__dict__["_beside"] = supporters, concerned
    return case.__dict__["_beside"]

"""Who may open what (the table of people and rights). The views enforce it; a test walks every URL by this table."""

from enum import Enum


class Person(Enum):
    """The kinds of people who come to a URL."""

    STRANGER = "no account, in the city's own network"
    WARD = "ward or bureau account"
    ICT = "ICT operations"
    OFFICE = "member of the office"
    LEAD = "chief or above in the office"
    ADMINISTRATOR = "administrator"


EVERYONE = frozenset(Person)
SIGNED_IN = EVERYONE - {Person.STRANGER}
OFFICE = frozenset({Person.OFFICE, Person.LEAD, Person.ADMINISTRATOR})
LEADS = frozenset({Person.LEAD, Person.ADMINISTRATOR})
WARD = frozenset({Person.WARD})
ADMINISTRATORS = frozenset({Person.ADMINISTRATOR})

# A URL name, or a prefix ending in *: the longest that fits counts. What stands nowhere is closed to all.
ACCESS = {
    "portal": EVERYONE,
    "healthz": EVERYONE,
    "set_language": EVERYONE,
    "directory": EVERYONE,
    "example": EVERYONE,  # what is published; anything else is a 404 for everyone
    "example_list": EVERYONE,
    "search": EVERYONE,  # finds for everybody what everybody may read
    "search_missed": EVERYONE,
    "consult": EVERYONE,
    "consult_*": EVERYONE,
    "receipt": EVERYONE,  # the token in the URL is the key: a wrong one is a 404 for everyone
    "receipt_*": EVERYONE,
    "section_*": WARD,  # somebody else's section is a 404
    "desk": OFFICE,
    "case_*": OFFICE,
    "check_list": OFFICE,
    "who_knows*": OFFICE,
    "api_similar": OFFICE,
    "ict": OFFICE | {Person.ICT},
    "ict_*": OFFICE | {Person.ICT},
    "catalogue": EVERYONE,
    "catalogue_*": EVERYONE,
    "menu_*": OFFICE,  # the same menus, with what came of them
    "article_list": EVERYONE,
    "article": EVERYONE,  # for the office only, a draft or taken back: a 404
    "article_*": EVERYONE,
    "desk_article*": OFFICE,
    "meeting_*": OFFICE,
    "knowledge": OFFICE,
    "knowledge_*": OFFICE,
    "keeping*": LEADS,
    "pair_*": LEADS,
    "leaving": LEADS,
    "absence_*": OFFICE,  # of others than oneself: the leads
    "account_login": EVERYONE,
    "account_signup": EVERYONE,  # says that nobody signs up here
    "account_logout": SIGNED_IN,
    "account_reset_password*": EVERYONE,
    "account_inactive": EVERYONE,
    "account_confirm_email": EVERYONE,
    "account_email_verification_sent": EVERYONE,
    "account_email": frozenset(),  # addresses are kept by the administrators
    "account_*": SIGNED_IN,
    "mfa_authenticate": EVERYONE,  # the second step of signing in
    "mfa_*": SIGNED_IN,
    "admin:*": ADMINISTRATORS,
}


def rule_for(url_name: str) -> str | None:
    """The rule of the table that counts for the URL of this name."""
    fitting = [rule for rule in ACCESS if rule == url_name or (rule.endswith("*") and url_name.startswith(rule[:-1]))]
    return max(fitting, key=len, default=None)


def allowed(url_name: str) -> frozenset[Person]:
    """Who may open the URL of this name; nobody where the table is silent."""
    rule = rule_for(url_name)
    return ACCESS[rule] if rule else frozenset()

"""An office of thirty and a ward, in whatever database the environment names; twice makes them once."""

import os

import django


def settle() -> None:
    from office.models import Department, Rank, Role, User

    Department.objects.get_or_create(code="kohoku", defaults={"name": "港北区", "kind": "ward", "order": 11})
    for number in range(30):
        User.objects.get_or_create(
            username=f"member{number}",
            defaults={
                "name": f"室員 {number}",
                "email": f"member{number}@city.example.jp",
                "role": Role.OFFICE,
                "rank": Rank.CHIEF if number % 2 else Rank.MEMBER,
            },
        )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    settle()

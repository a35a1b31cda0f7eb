from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """Makes passwords quickly; web processes with the production settings accept them."""

    iterations = 1

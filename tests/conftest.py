pytest_plugins = ["tests.servers.fixtures", "tests.cast"]

from tests.setup.brought import brings

__all__ = ["brings"]

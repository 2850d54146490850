"""The version of the library, which every record states."""

__version__ = "0.1.0"

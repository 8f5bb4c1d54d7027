"""The extractor's version, kept on every record: raise it when a rule changes what comes out."""

VERSION = "3"

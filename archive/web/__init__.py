"""The web view: Datasette with pages for readers, on this machine alone unless told otherwise."""

"""The transparency page of an incident: from one public document come the page, the feeds, the status, the data.

Pure, so that a static copy is rendered from the same document by the same code.
"""

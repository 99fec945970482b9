"""The client: what a poster, an exporter and an auditor do over HTTP or with files, without a database."""

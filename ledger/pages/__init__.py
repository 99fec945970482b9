"""How pages look: templates, words in two languages, numbers and times, files. Pure; `ledger/web/html` serves them."""

"""HTTP: one module a resource. A route is an `Operation`; the table of all of them is `routes.OPERATIONS`."""

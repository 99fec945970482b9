from ledger.store.statements import statements


def test_semicolons_inside_bodies_strings_names_and_comments_end_nothing() -> None:
    body = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN; RETURN $$;$$; END $body$"
    texts = "SELECT 'a;''b', E'c\\';d', \";\" -- e;f\n /* g;h */"
    assert statements(f"{body};\n{texts};\n") == [body, texts]


def test_a_last_statement_needs_no_semicolon_and_comments_alone_are_none() -> None:
    assert statements("SELECT 1;\n-- first\nSELECT 2\n;\n-- the end\n;") == ["SELECT 1", "-- first\nSELECT 2"]


def test_a_comment_belongs_to_the_statement_after_it() -> None:
    assert statements("-- why\nSELECT 1") == ["-- why\nSELECT 1"]

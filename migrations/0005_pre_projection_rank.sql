-- A place in a queue for the rows that wait for something: who waits longest, what is due next.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

ALTER TABLE ledger.projection_rows ADD COLUMN rank text;

#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: a role for Odoo that is no
# superuser, and its database with the extensions that the addons use.
set -eu
password=$(cat /run/secrets/odoo_db_password)
psql -v ON_ERROR_STOP=1 -v password="$password" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE alumni LOGIN PASSWORD :'password';
CREATE DATABASE alumni OWNER alumni TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C';
\connect alumni
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;
-- Lets Odoo index what it searches without regard to accents.
ALTER FUNCTION unaccent(text) IMMUTABLE;
SQL

# Run once, by the image of PostgreSQL, when the database is made: the login that serves, which may read and write rows.
psql -v ON_ERROR_STOP=1 -v password="$TOGETHER_DATABASE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role together login password :'password';
SQL

-- What serves needs no more than this where it has a login of its own. Nothing is granted twice: grants of several processes
-- at a time would disturb each other.
do $$
declare
    relation regclass;
begin
    if not exists (select from pg_roles where rolname = '${serving}') then
        return;
    end if;
    if not has_schema_privilege('${serving}', current_schema(), 'usage') then
        execute format('grant usage on schema %I to %I', current_schema(), '${serving}');
    end if;
    for relation in
        select c.oid from pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v')
            and c.relname <> 'flyway_schema_history'
            and not (has_table_privilege('${serving}', c.oid, 'select') and has_table_privilege('${serving}', c.oid, 'insert')
                and has_table_privilege('${serving}', c.oid, 'update') and has_table_privilege('${serving}', c.oid, 'delete'))
    loop
        execute format('grant select, insert, update, delete on %s to %I', relation, '${serving}');
    end loop;
    for relation in
        select s.seqrelid from pg_sequence s
        where (select c.relnamespace from pg_class c where c.oid = s.seqrelid) = current_schema()::regnamespace
            and not has_sequence_privilege('${serving}', s.seqrelid, 'usage')
    loop
        execute format('grant usage on sequence %s to %I', relation, '${serving}');
    end loop;
end $$;

package dev.together.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.together.testing.Person;
import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What PostgREST answers to supabase-js, over the same three tables. */
@QuarkusTest
class ReadTablesTest extends WithPeople {

    private static @Nullable World world;

    /** Alice and Bob talk in Rome; the diary is Alice's alone, the den Eve's. */
    private record World(Person alice, Person bob, Person eve, String rome, String diary, String den) {

        String filled(String text) {
            return text.replace("{rome}", rome).replace("{diary}", diary).replace("{den}", den)
                    .replace("{alice}", alice.id.toString()).replace("{bob}", bob.id.toString())
                    .replace("{eve}", eve.id.toString());
        }
    }

    static Stream<Arguments> reads() {
        return Stream.of(
                // Columns
                arguments("conversations", "select=title&id=eq.{rome}", "[{'title':'Rome'}]"),
                arguments("conversations", "select=name:title,mode&id=eq.{rome}", "[{'name':'Rome','mode':'together'}]"),
                arguments("conversations", "select=meta&id=eq.{rome}", "[{'meta':{'colour':'blue'}}]"),
                arguments("conversations", "select=is_public&id=eq.{rome}", "[{'is_public':true}]"),
                arguments("conversations", "select=\"title\"&id=eq.{rome}", "[{'title':'Rome'}]"),
                arguments("conversations", "select=a'b:title&id=eq.{rome}", "[{'a\\'b':'Rome'}]"),
                arguments("conversations", "select=title,mode,title&id=eq.{diary}",
                        "[{'title':null,'mode':'chat'}]"),
                arguments("conversations_participants", "select=*&role=eq.nobody&conversation_id=eq.{rome}", "[]"),
                // Comparisons
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=eq.2", "[{'message_number':2}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=neq.2&order=message_number",
                        "[{'message_number':1},{'message_number':3},{'message_number':4},{'message_number':5}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=gt.4", "[{'message_number':5}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=gte.5", "[{'message_number':5}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=lt.2", "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=lte.1", "[{'message_number':1}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&message_number=gt.1&message_number=lt.3",
                        "[{'message_number':2}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=not.gt.1",
                        "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&created_at=lt.2000-01-01", "[]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&created_at=gt.2000-01-01T00:00:00Z&limit=1"
                        + "&order=created_at", "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&created_at=gt.2000-01-01T00:00:00+02:00"
                        + "&limit=1&order=created_at", "[{'message_number':1}]"),
                arguments("conversations", "select=title&is_public=eq.true&id=eq.{rome}", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&is_public=eq.false&id=eq.{rome}", "[]"),
                arguments("conversations", "select=title&meta=eq.{\"colour\": \"blue\"}&id=eq.{rome}", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&title=eq.Rome", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&title=eq.rome", "[]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=eq.comma, here", "[{'text':'comma, here'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=eq.\"quoted\"", "[]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=eq.", "[]"),
                // Null, true and false
                arguments("conversations", "select=id&title=is.null", "[{'id':'{diary}'}]"),
                arguments("conversations", "select=title&title=not.is.null", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&title=is.not_null", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&is_public=is.true", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&is_public=is.false", "[{'title':null}]"),
                arguments("conversations", "select=title&is_public=is.unknown", "[]"),
                arguments("conversations", "select=title&is_public=is.TRUE", "[{'title':'Rome'}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&user_name=is.null&order=message_number&limit=1",
                        "[{'message_number':1}]"),
                // Patterns
                arguments("messages", "select=text&chat_id=eq.{rome}&text=like.Hello*", "[{'text':'Hello Bob'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=like.Hello%", "[{'text':'Hello Bob'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=like.hello*", "[]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=ilike.*BOB", "[{'text':'Hello Bob'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=like.Hello_Bob", "[{'text':'Hello Bob'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=like.*0\\%*", "[{'text':'50% off'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=ilike.*under\\_*", "[{'text':'under_score'}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=not.like.*o*&order=message_number",
                        "[{'text':'Hi, \\\"Alice\\\"'}]"),
                // Lists
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=in.(1,3)&order=message_number",
                        "[{'message_number':1},{'message_number':3}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=in.()", "[]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=in.(\"comma, here\",x)", "[{'text':'comma, here'}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&text=in.(\"Hi, \\\"Alice\\\"\")",
                        "[{'message_number':2}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&message_number=not.in.(1,2,3,4)",
                        "[{'message_number':5}]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=in.(\"Hi, \"Alice\"\",x)", "[]"),
                arguments("messages", "select=text&chat_id=eq.{rome}&text=in.(\"a)", "[]"),
                arguments("conversations", "select=title&id=in.({rome},{den})", "[{'title':'Rome'}]"),
                arguments("conversations", "select=title&is_public=in.(true)", "[{'title':'Rome'}]"),
                // Trees
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&or=(message_number.eq.1,message_number.eq.5)&order=message_number",
                        "[{'message_number':1},{'message_number':5}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&or=(message_number.lt.2,and(message_number.gt.2,message_number.lt.4))"
                                + "&order=message_number",
                        "[{'message_number':1},{'message_number':3}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&not.or=(message_number.lt.3,message_number.gt.3)",
                        "[{'message_number':3}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&and=(message_number.gt.2,message_number.lt.4)",
                        "[{'message_number':3}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&not.and=(message_number.gt.1,text.not.is.null)",
                        "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&or=(text.eq.\"comma, here\",text.like.Hello*)"
                        + "&order=message_number.desc", "[{'message_number':5},{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&or=(message_number.in.(1,2),text.is.null)"
                        + "&order=message_number.desc", "[{'message_number':2},{'message_number':1}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&or=(not.and(message_number.gt.1,text.not.is.null))",
                        "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&or=(message_number.not.gt.1,user_name.eq.B)",
                        "[{'message_number':1}]"),
                // Order and pages
                arguments("messages", "select=message_number&chat_id=eq.{rome}&order=message_number.desc&limit=2",
                        "[{'message_number':5},{'message_number':4}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&order=message_number.desc&offset=1&limit=2",
                        "[{'message_number':4},{'message_number':3}]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&order=created_at.asc,message_number.desc&limit=1",
                        "[{'message_number':1}]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&limit=0", "[]"),
                arguments("messages", "select=message_number&chat_id=eq.{rome}&offset=1000000", "[]"),
                arguments("messages",
                        "select=message_number&chat_id=eq.{rome}&limit=999999999999&offset=4&order=message_number",
                        "[{'message_number':5}]"),
                arguments("conversations", "select=title&order=title.asc.nullsfirst", "[{'title':null},{'title':'Rome'}]"),
                arguments("conversations", "select=title&order=title.nullsfirst", "[{'title':null},{'title':'Rome'}]"),
                arguments("conversations", "select=title&order=title.desc.nullslast", "[{'title':'Rome'},{'title':null}]"),
                arguments("conversations", "select=title&order=title.desc", "[{'title':null},{'title':'Rome'}]"),
                arguments("conversations", "select=title&order=title", "[{'title':'Rome'},{'title':null}]"),
                // What is embedded
                arguments("conversations",
                        "select=title,messages(text)&id=eq.{rome}&messages.order=message_number&messages.limit=1",
                        "[{'title':'Rome','messages':[{'text':'Hello Bob'}]}]"),
                arguments("conversations",
                        "select=last:messages(message_number)&id=eq.{rome}&last.order=message_number.desc&last.limit=2",
                        "[{'last':[{'message_number':5},{'message_number':4}]}]"),
                arguments("conversations",
                        "select=messages(message_number)&id=eq.{rome}&messages.order=message_number&messages.offset=4",
                        "[{'messages':[{'message_number':5}]}]"),
                arguments("conversations", "select=title,messages(text)&id=eq.{rome}&messages.text=eq.nothing",
                        "[{'title':'Rome','messages':[]}]"),
                arguments("conversations", "select=title,messages!inner(text)&id=eq.{rome}&messages.text=eq.nothing", "[]"),
                arguments("conversations", "select=title,messages!inner(text)&messages.text=eq.50% off",
                        "[{'title':'Rome','messages':[{'text':'50% off'}]}]"),
                arguments("conversations", "select=title,messages!inner()&messages.text=eq.50% off", "[{'title':'Rome'}]"),
                arguments("conversations",
                        "select=title,messages(text)&id=eq.{rome}&messages.or=(message_number.eq.3,text.eq.x)",
                        "[{'title':'Rome','messages':[{'text':'50% off'}]}]"),
                arguments("conversations",
                        "select=messages(message_number)&id=eq.{rome}&messages.not.or=(message_number.lt.3,message_number.gt.3)",
                        "[{'messages':[{'message_number':3}]}]"),
                arguments("conversations", "select=title,conversations_participants!inner(role)"
                        + "&conversations_participants.user_id=eq.{alice}",
                        "[{'title':'Rome','conversations_participants':[{'role':'owner'}]}]"),
                arguments("conversations", "select=title,conversations_participants(user_id,role)&id=eq.{rome}"
                        + "&conversations_participants.order=joined_at",
                        "[{'title':'Rome','conversations_participants':[{'user_id':'{alice}','role':'owner'},"
                                + "{'user_id':'{bob}','role':'member'}]}]"),
                arguments("conversations",
                        "select=title,me:conversations_participants!inner(role),all:conversations_participants(role)"
                                + "&me.user_id=eq.{bob}&all.order=joined_at",
                        "[{'title':'Rome','me':[{'role':'member'}],'all':[{'role':'owner'},{'role':'member'}]}]"),
                arguments("conversations", "select=title,conversations_participants!conversation_id(role)&id=eq.{rome}"
                        + "&conversations_participants.limit=1&conversations_participants.order=role",
                        "[{'title':'Rome','conversations_participants':[{'role':'member'}]}]"),
                arguments("conversations", "select=title,messages!messages_chat_id_fkey!inner(text)&messages.text=eq.50% off",
                        "[{'title':'Rome','messages':[{'text':'50% off'}]}]"),
                arguments("conversations_participants", "select=role,conversations(title)&user_id=eq.{alice}",
                        "[{'role':'owner','conversations':{'title':'Rome'}}]"),
                arguments("conversations_participants", "select=role,c:conversations!inner(title)&user_id=eq.{alice}"
                        + "&c.mode=eq.together", "[{'role':'owner','c':{'title':'Rome'}}]"),
                arguments("conversations_participants", "select=role,conversations!inner(title)&user_id=eq.{alice}"
                        + "&conversations.mode=eq.chat", "[]"),
                arguments("conversations_participants", "select=role,conversations(title)&user_id=eq.{alice}"
                        + "&conversations.mode=eq.chat", "[{'role':'owner','conversations':null}]"),
                arguments("messages", "select=text,conversations(title,mode)&chat_id=eq.{rome}&message_number=eq.3",
                        "[{'text':'50% off','conversations':{'title':'Rome','mode':'together'}}]"),
                arguments("messages", "select=message_number,conversations!inner(title)&conversations.title=eq.Rome"
                        + "&order=message_number&limit=1", "[{'message_number':1,'conversations':{'title':'Rome'}}]"),
                // Of others
                arguments("conversations", "select=title&id=eq.{den}", "[]"),
                arguments("conversations", "select=title&user_id=eq.{eve}", "[]"),
                arguments("conversations", "select=title&or=(id.eq.{den},title.eq.Den)", "[]"),
                arguments("conversations", "select=title&not.and=(title.eq.Rome,title.eq.Den)&order=title",
                        "[{'title':'Rome'}]"),
                arguments("messages", "select=text&chat_id=eq.{den}", "[]"),
                arguments("messages", "select=text&text=like.*secret of eve*", "[]"),
                arguments("messages", "select=text&user_id=eq.{eve}", "[]"),
                arguments("messages", "select=text&chat_id=in.({den},{diary})", "[{'text':'secret of alice'}]"),
                arguments("messages", "select=text,conversations!inner(title)&conversations.id=eq.{den}", "[]"),
                arguments("conversations_participants", "select=role&user_id=eq.{eve}", "[]"),
                arguments("conversations_participants", "select=role&conversation_id=eq.{den}", "[]"),
                arguments("conversations", "select=title,messages!inner(text)&messages.chat_id=eq.{den}", "[]"),
                arguments("conversations", "select=title,messages(text)&id=eq.{rome}&messages.text=like.*secret*",
                        "[{'title':'Rome','messages':[]}]"));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void a_query_finds_what_postgrest_would_find(String table, String query, String rows) {
        var reply = alice().get(table, world().filled(query));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json()).isEqualTo(json(world().filled(rows)));
        assertThat(reply.header("content-type")).isEqualTo("application/json; charset=utf-8");
        assertThat(reply.header("access-control-allow-origin")).isNotEmpty();
        assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(reply.header("cache-control")).isEqualTo("no-store");
        assertThat(reply.header("x-request-id")).isNotEmpty();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("rows", "", 404, "PGRST205", "'public.rows'"),
                arguments("outbox", "", 404, "PGRST205", "'public.outbox'"),
                arguments("messages", "select=nothing", 400, "42703", "messages.nothing"),
                arguments("conversations", "select=last_message_number", 400, "42703", "last_message_number"),
                arguments("conversations", "select=revision", 400, "42703", "revision"),
                arguments("messages", "select=sender", 400, "42703", "sender"),
                arguments("messages", "sender=is.null", 400, "42703", "sender"),
                arguments("messages", "order=sender", 400, "42703", "sender"),
                arguments("messages", "or=(sender.is.null,id.is.null)", 400, "42703", "sender"),
                arguments("conversations", "select=messages(sender)", 400, "42703", "sender"),
                arguments("conversations", "select=messages(id)&messages.sender=is.null", 400, "42703", "sender"),
                arguments("messages", "nothing=eq.1", 400, "42703", "messages.nothing"),
                arguments("messages", "order=nothing", 400, "42703", "messages.nothing"),
                arguments("messages", "text=eqq.1", 400, "PGRST100", "failed to parse filter (eqq.1)"),
                arguments("messages", "text=EQ.1", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=1", 400, "PGRST100", "failed to parse filter (1)"),
                arguments("messages", "text=", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=not.not.eq.1", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=fts.word", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "meta=cs.{}", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=like(any).{a,b}", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=match.^a", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=is.something", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=is.true", 400, "42804", "must be type boolean, not type text"),
                arguments("messages", "id=like.a*", 404, "42883", "uuid ~~ unknown"),
                arguments("messages", "meta=gt.{}", 404, "42883", "jsonb > unknown"),
                arguments("messages", "text=like.a\\", 400, "22025", "escape"),
                arguments("messages", "text=in.(a", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=in.a", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=in.(\"a", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "text=in.(a)b", 400, "PGRST100", "failed to parse filter"),
                arguments("messages", "id=eq.5", 400, "22P02", "invalid input syntax for type uuid"),
                arguments("messages", "id=in.(5)", 400, "22P02", "invalid input syntax for type uuid"),
                arguments("messages", "id=eq.null", 400, "22P02", "invalid input syntax for type uuid"),
                arguments("messages", "message_number=eq.one", 400, "22P02", "invalid input syntax for type bigint"),
                arguments("messages", "message_number=eq.99999999999999999999", 400, "22003", "out of range"),
                arguments("messages", "created_at=gt.yesterdayish", 400, "22007", "timestamp"),
                arguments("messages", "meta=eq.{", 400, "22P02", "json"),
                arguments("conversations", "is_public=eq.perhaps", 400, "22P02", "boolean"),
                arguments("messages", "or=()", 400, "PGRST100", "failed to parse logic tree"),
                arguments("messages", "or=text.eq.1", 400, "PGRST100", "failed to parse logic tree"),
                arguments("messages", "or=(text.eq.1", 400, "PGRST100", "failed to parse logic tree"),
                arguments("messages", "or=(text.eq.1))", 400, "PGRST100", "failed to parse logic tree"),
                arguments("messages", "or=(text)", 400, "PGRST100", "failed to parse logic tree"),
                arguments("messages", "or=" + "(and".repeat(200), 400, "PGRST100", "logic tree"),
                arguments("messages", "and=(" + "and(".repeat(200) + "id.is.null" + ")".repeat(201), 400, "PGRST100", "deep"),
                arguments("messages", "or=(" + "id.is.null,".repeat(600) + "id.is.null)", 400, "PGRST100", "conditions"),
                arguments("messages", "order=text.up", 400, "PGRST100", "failed to parse order"),
                arguments("messages", "order=", 400, "PGRST100", "failed to parse order"),
                arguments("messages", "order=conversations(title)", 400, "42703", "conversations"),
                arguments("messages", "limit=many", 400, "PGRST100", "limit"),
                arguments("messages", "offset=1.5", 400, "PGRST100", "offset"),
                arguments("messages", "offset=99999999999999999999", 400, "PGRST100", "offset"),
                arguments("messages", "limit=-1", 416, "PGRST103", "range"),
                arguments("messages", "offset=-1", 416, "PGRST103", "range"),
                arguments("messages", "select=text::int", 400, "PGRST100", "select"),
                arguments("messages", "select=meta->colour", 400, "PGRST100", "select"),
                arguments("messages", "select=count()", 400, "PGRST123", "aggregate"),
                arguments("messages", "select=message_number.max()", 400, "PGRST123", "aggregate"),
                arguments("messages", "select=text,", 400, "PGRST100", "select"),
                arguments("messages", "select=conversations", 400, "PGRST100", "select"),
                arguments("messages", "select=conversations(title", 400, "PGRST100", "select"),
                arguments("messages", "select=...conversations(title)", 400, "PGRST100", "select"),
                arguments("messages", "select=conversations(messages(text))", 400, "PGRST100", "select"),
                arguments("messages", "select=" + "text,".repeat(60) + "text", 400, "PGRST100", "select"),
                arguments("messages", "select=conversations_participants(role)", 400, "PGRST200", "relationship"),
                arguments("messages", "select=messages(text)", 400, "PGRST200", "relationship"),
                arguments("messages", "select=profiles(name)", 400, "PGRST200", "relationship"),
                arguments("messages", "select=conversations!user_id(title)", 400, "PGRST200", "relationship"),
                arguments("conversations", "messages.text=eq.1", 400, "PGRST108", "'messages'"),
                arguments("conversations", "users.id=eq.1", 400, "PGRST108", "'users'"),
                // What would be SQL
                arguments("messages", "select=id;drop table messages", 400, "42703", "drop table"),
                arguments("messages", "select=id from messages--", 400, "42703", "from messages"),
                arguments("messages", "id)or(1=eq.1", 400, "42703", "id)or(1"),
                arguments("messages", "order=id;select 1", 400, "42703", "select 1"),
                arguments("messages", "order=id.asc;select 1", 400, "PGRST100", "order"),
                arguments("messages", "limit=1;select 1", 400, "PGRST100", "limit"),
                arguments("messages", "or=(id.is.null;select 1)", 400, "PGRST100", "logic tree"),
                arguments("messages", "text=eq.\u0000", 400, "22021", "invalid byte sequence"),
                arguments("messages\"", "", 404, "PGRST205", "messages\""));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void what_is_not_understood_is_refused_as_postgrest_would(String table, String query, int status, String code,
            String words) {
        var reply = alice().get(table.replace("\"", "%22"), query);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.code()).as(reply.text()).isEqualTo(code);
        assertThat(reply.text().replace("\\\"", "\"")).contains(words);
        assertThat(new JsonObject(reply.text()).fieldNames()).containsExactly("code", "message", "details", "hint");
        assertThat(reply.header("access-control-allow-origin")).isNotEmpty();
        assertThat(reply.header("content-type")).startsWith("application/json");
    }

    static Stream<String> injections() {
        return Stream.of("' or true --", "'; delete from messages; --", "\" or 1=1", "$1", "\\'; select 1", "%' or '1'='1",
                "1) or (true", "null", "{}", "::text", "E'\\x00'");
    }

    @ParameterizedTest
    @MethodSource("injections")
    void a_value_is_a_value_whatever_it_says(String value) {
        assertThat(alice().get("messages", "select=text&chat_id=eq." + world().rome + "&text=eq." + value).json())
                .isEqualTo("[]");
        assertThat(
                alice().get("messages", "select=text&text=in.(\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\")")
                        .json())
                .isEqualTo("[]");
        var alias = value.replaceAll("[.:,()!&=\"]", "");
        var named = alice().get("messages", "select=" + alias + ":message_number&message_number=eq.2");
        assertThat(named.json()).isEqualTo(new JsonArray().add(new JsonObject().put(alias, 2)).encode());
    }

    @Test
    void everything_of_a_row_is_there_and_nothing_else() {
        var columns = List.of("id", "chat_id", "message_number", "role", "text", "user_id", "user_name", "client_msg_id",
                "status", "mode", "meta", "context_injected", "created_at");
        var stored = alice().get("messages", world().filled("chat_id=eq.{rome}&message_number=eq.1")).rows().getJsonObject(0);
        var asked = alice().get("messages", world().filled("select=*&chat_id=eq.{rome}&message_number=eq.1")).rows();

        assertThat(stored.fieldNames()).containsExactlyElementsOf(columns);
        assertThat(asked.getJsonObject(0)).isEqualTo(stored);
        assertThat(stored.getString("created_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\+00:00");
        assertThat(alice().get("conversations", "limit=1").rows().getJsonObject(0).fieldNames()).containsExactly("id",
                "user_id",
                "owner_user_id", "title", "mode", "is_public", "meta", "created_at", "updated_at");
        assertThat(alice().get("conversations_participants", "limit=1").rows().getJsonObject(0).fieldNames())
                .containsExactly("conversation_id", "user_id", "role", "joined_at");
    }

    @Test
    void rows_are_counted_where_that_is_asked() {
        var numbers = world().filled("select=message_number&chat_id=eq.{rome}&order=message_number");

        assertRange(alice().get("messages", numbers), 200, "0-4/*");
        assertRange(alice().get("messages", numbers, "Prefer", "count=exact"), 200, "0-4/5");
        assertRange(alice().get("messages", numbers + "&limit=2", "Prefer", "count=exact"), 206, "0-1/5");
        assertRange(alice().get("messages", numbers + "&limit=2&offset=2", "Prefer", "count=exact"), 206, "2-3/5");
        assertRange(alice().get("messages", numbers + "&limit=2&offset=2"), 200, "2-3/*");
        assertRange(alice().get("messages", numbers + "&limit=2", "Prefer", "count=planned"), 206, "0-1/5");
        assertRange(alice().get("messages", numbers + "&limit=2", "Prefer", "count=estimated"), 206, "0-1/5");
        assertRange(alice().get("messages", numbers + "&text=eq.x", "Prefer", "count=exact"), 200, "*/0");
        assertRange(alice().get("messages", numbers + "&text=eq.x"), 200, "*/*");
        assertRange(alice().get("messages", numbers + "&offset=5", "Prefer", "count=exact"), 206, "*/5");
        assertRange(alice().get("messages", numbers, "Range", "1-2"), 200, "1-2/*");
        assertRange(alice().get("messages", numbers, "Range", "3-"), 200, "3-4/*");
        assertRange(alice().get("messages", numbers, "Range", "bytes=0-10"), 200, "0-4/*");
        var beyond = alice().get("messages", numbers + "&offset=1000000", "Prefer", "count=exact");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(beyond.code()).isEqualTo("PGRST103");
        assertThat(alice().get("messages", numbers, "Range", "5-2").status()).isEqualTo(416);
    }

    private static void assertRange(Tables.Reply reply, int status, String range) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.header("content-range")).isEqualTo(range);
    }

    @Test
    void a_head_says_how_many_there_are() {
        var counted = alice().send("HEAD", "messages", world().filled("select=*&chat_id=eq.{rome}"), "", "Prefer",
                "count=exact");

        assertThat(counted.status()).isEqualTo(200);
        assertThat(counted.text()).isEmpty();
        assertThat(counted.header("content-range")).isEqualTo("0-4/5");
        assertThat(counted.header("preference-applied")).isEqualTo("count=exact");
        assertThat(alice().send("HEAD", "messages", "text=no.no", "").status()).isEqualTo(400);
    }

    @Test
    void one_row_is_given_as_an_object_and_nothing_else_is() {
        var object = new String[] { "Accept", "application/vnd.pgrst.object+json" };
        var one = alice().get("conversations", world().filled("select=title&id=eq.{rome}"), object);
        var none = alice().get("conversations", world().filled("select=title&id=eq.{den}"), object);
        var several = alice().get("conversations", "select=title", object);

        assertThat(one.json()).isEqualTo(json("{'title':'Rome'}"));
        assertThat(one.header("content-type")).startsWith("application/vnd.pgrst.object+json");
        assertThat(none.status()).isEqualTo(406);
        assertThat(none.code()).isEqualTo("PGRST116");
        assertThat(none.text()).contains("The result contains 0 rows");
        assertThat(several.status()).isEqualTo(406);
        assertThat(several.text()).contains("The result contains 2 rows");
    }

    @Test
    void what_cannot_be_had_is_refused() {
        assertThat(alice().get("messages", "", "Accept", "text/csv").code()).isEqualTo("PGRST107");
        assertThat(alice().get("messages", "", "Accept", "application/vnd.pgrst.object+json;nulls=stripped").status())
                .isEqualTo(406);
        assertThat(alice().get("messages", "", "Accept", "text/html, application/json;q=0.5, */*").status()).isEqualTo(200);
        assertThat(alice().get("messages", "", "Accept-Profile", "private").code()).isEqualTo("PGRST106");
        assertThat(alice().get("messages", "", "Accept-Profile", "public").status()).isEqualTo(200);
        assertThat(alice().get("messages", "", "Prefer", "handling=strict, tx=rollback").code()).isEqualTo("PGRST122");
        assertThat(alice().get("messages", "", "Prefer", "tx=rollback").status()).isEqualTo(200);
        assertThat(alice().send("PUT", "messages", "", "{}").code()).isEqualTo("PGRST117");
        assertThat(alice().get("rpc/anything", "").status()).isEqualTo(404);
        assertThat(alice().get("rpc/anything", "").code()).isEqualTo("PGRST125");
    }

    @Test
    void who_is_not_known_reads_nothing() {
        var none = new Tables(server, "nonsense").get("messages", "");
        var anon = new Tables(server, dev.together.testing.TestTokens.anon()).get("messages", "");

        assertThat(none.status()).isEqualTo(401);
        assertThat(none.code()).isEqualTo("PGRST301");
        assertThat(anon.status()).isEqualTo(401);
        assertThat(anon.code()).isEqualTo("PGRST302");
    }

    @Test
    void the_service_key_reads_everything() {
        var titles = Tables.ofService(server).get("conversations",
                world().filled("select=title&id=in.({rome},{den})&order=title"));

        assertThat(titles.json()).isEqualTo(json("[{'title':'Den'},{'title':'Rome'}]"));
    }

    @Test
    void a_shared_conversation_is_not_readable_by_its_link_unless_configured() {
        var eve = new Tables(server, world().eve.token);

        assertThat(eve.get("conversations", world().filled("id=eq.{rome}")).json()).isEqualTo("[]");
        assertThat(eve.get("messages", world().filled("chat_id=eq.{rome}")).json()).isEqualTo("[]");
        assertThat(eve.get("conversations_participants", world().filled("conversation_id=eq.{rome}")).json()).isEqualTo("[]");
    }

    @Test
    void a_long_list_is_one_parameter() {
        var ids = "0f6c1d3e-0000-4000-8000-000000000000,".repeat(350);

        assertThat(alice().get("conversations", world().filled("select=title&id=in.(" + ids + "{rome})")).json())
                .isEqualTo(json("[{'title':'Rome'}]"));
    }

    private Tables alice() {
        return new Tables(server, world().alice.token);
    }

    private World world() {
        var known = world;
        if (known != null) {
            return known;
        }
        var alice = person();
        var bob = person();
        var eve = person();
        var rome = alice.calls("create-conversation", new JsonObject().put("mode", "together").put("title", "Rome")
                .put("meta", new JsonObject().put("colour", "blue"))).succeeds().getJsonObject("conversation").getString("id");
        alice.shares(rome);
        bob.joins(rome);
        alice.says(rome, "Hello Bob");
        bob.says(rome, "Hi, \"Alice\"");
        alice.says(rome, "50% off");
        alice.says(rome, "under_score");
        bob.says(rome, "comma, here");
        var diary = alice.calls("create-conversation", new JsonObject().put("mode", "chat")).succeeds()
                .getJsonObject("conversation").getString("id");
        alice.says(diary, "secret of alice");
        var den = eve.calls("create-conversation", new JsonObject().put("mode", "chat").put("title", "Den")).succeeds()
                .getJsonObject("conversation").getString("id");
        eve.says(den, "secret of eve");
        known = new World(alice, bob, eve, rome, diary, den);
        world = known;
        return known;
    }

    private static String json(String text) {
        var quoted = text.replace("\\'", "\u0001").replace('\'', '"').replace('\u0001', '\'');
        return quoted.startsWith("[") ? new JsonArray(quoted).encode() : new JsonObject(quoted).encode();
    }
}

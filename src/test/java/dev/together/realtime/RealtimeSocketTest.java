package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.together.testing.WithPeople;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;

/** The frames of the protocol, to the letter. */
@QuarkusTest
class RealtimeSocketTest extends WithPeople {

    private static final String CONFIG = """
            {"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},"postgres_changes":[],\
            "private":false}""";

    @Test
    void a_channel_is_joined_and_left_on_v2() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        wire.sendText(frame("['6','6','%s','phx_join',{'config':%s,'access_token':'%s'}]", alice.topic(), CONFIG, alice.token));
        assertThat(wire.nextText())
                .isEqualTo(
                        frame("['6','6','%s','phx_reply',{'status':'ok','response':{'postgres_changes':[]}}]", alice.topic()));

        wire.sendText("[null,'7','phoenix','heartbeat',{}]".replace('\'', '"'));
        assertThat(wire.nextText()).isEqualTo(frame("[null,'7','phoenix','phx_reply',{'status':'ok','response':{}}]"));

        wire.sendText(frame("['6','8','%s','phx_leave',{}]", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame("['6','8','%s','phx_reply',{'status':'ok','response':{}}]", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame("['6','6','%s','phx_close',{}]", alice.topic()));
    }

    @Test
    void a_channel_is_joined_and_left_on_v1() {
        var alice = person();
        var wire = alice.wire("1.0.0");

        wire.sendText(frame("{'topic':'%s','event':'phx_join','payload':{'config':%s,'access_token':'%s'},'ref':'1',"
                + "'join_ref':'1'}", alice.topic(), CONFIG, alice.token));
        assertThat(wire.nextText()).isEqualTo(frame("{'topic':'%s','event':'phx_reply','payload':{'status':'ok',"
                + "'response':{'postgres_changes':[]}},'ref':'1'}", alice.topic()));

        wire.sendText(frame("{'topic':'phoenix','event':'heartbeat','payload':{},'ref':'2'}"));
        assertThat(wire.nextText()).isEqualTo(
                frame("{'topic':'phoenix','event':'phx_reply','payload':{'status':'ok','response':{}},'ref':'2'}"));

        wire.sendText(frame("{'topic':'%s','event':'phx_leave','payload':{},'ref':'3','join_ref':'1'}", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame(
                "{'topic':'%s','event':'phx_reply','payload':{'status':'ok','response':{}},'ref':'3'}", alice.topic()));
        assertThat(wire.nextText())
                .isEqualTo(frame("{'topic':'%s','event':'phx_close','payload':{},'ref':'1'}", alice.topic()));
    }

    @Test
    void an_event_is_a_broadcast_with_an_id_on_both_versions() {
        var alice = person();
        var v2 = alice.online();
        var v1 = alice.wire("1.0.0");
        v1.joins(alice.topic(), alice.token);
        var chat = alice.opens();
        v2.hearsUpdate("INSERT");
        v1.hearsUpdate("INSERT");

        var saved = alice.says(chat, "Hi").encode();

        var id = new JsonObject(saved).getString("id");
        var payload = frame("{'type':'broadcast','event':'message-insert','payload':{'chat_id':'%s','message':%s},"
                + "'meta':{'id':'%s'}}", chat, saved, id);
        assertThat(v2.nextText()).isEqualTo(frame("[null,null,'%s','broadcast',%s]", alice.topic(), payload));
        assertThat(v1.nextText()).isEqualTo(
                frame("{'topic':'%s','event':'broadcast','payload':%s,'ref':null}", alice.topic(), payload));
    }

    @Test
    void a_refused_join_says_why() {
        var alice = person();
        var bob = person();
        var v2 = alice.wire("2.0.0");
        var v1 = alice.wire("1.0.0");
        var reason = "Unauthorized: You do not have permissions to read from this Channel topic: user-realtime:" + bob.id;

        v2.sendText(frame("['6','6','%s','phx_join',{'config':{},'access_token':'%s'}]", bob.topic(), alice.token));
        v1.sendText(frame("{'topic':'%s','event':'phx_join','payload':{'config':{},'access_token':'%s'},'ref':'1'}",
                bob.topic(), alice.token));

        assertThat(v2.nextText()).isEqualTo(
                frame("['6','6','%s','phx_reply',{'status':'error','response':{'reason':'%s'}}]", bob.topic(), reason));
        assertThat(v1.nextText()).isEqualTo(frame(
                "{'topic':'%s','event':'phx_reply','payload':{'status':'error','response':{'reason':'%s'}},'ref':'1'}",
                bob.topic(), reason));
    }

    @Test
    void a_second_join_of_a_topic_wins_and_the_first_is_closed_after_it() {
        var alice = person();
        var wire = alice.online();

        wire.sendText(frame("['2','2','%s','phx_join',{'config':{},'access_token':'%s'}]", alice.topic(), alice.token));

        assertThat(wire.nextText())
                .isEqualTo(
                        frame("['2','2','%s','phx_reply',{'status':'ok','response':{'postgres_changes':[]}}]", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame("['1','1','%s','phx_close',{}]", alice.topic()));
        alice.says(alice.opens(), "once");
        wire.hears("message-insert");
        wire.hearsNothing();
    }

    @Test
    void a_leave_of_an_older_join_is_ignored_and_one_of_nothing_is_fine() {
        var alice = person();
        var wire = alice.online();

        wire.sendText(frame("['0','5','%s','phx_leave',{}]", alice.topic()));
        wire.sendText(frame("[null,'6','realtime:never-joined','phx_leave',{}]"));

        assertThat(wire.nextText()).isEqualTo(
                frame("[null,'6','realtime:never-joined','phx_reply',{'status':'ok','response':{}}]"));
        alice.says(alice.opens(), "still here");
        wire.hears("message-insert");
    }

    @Test
    void what_is_not_joined_is_unmatched() {
        var wire = person().wire("2.0.0");

        for (var event : List.of("broadcast", "presence", "access_token", "heartbeat", "whatever")) {
            wire.sendText(frame("[null,'3','realtime:x','%s',{}]", event));
            assertThat(wire.nextText()).isEqualTo(frame(
                    "[null,'3','realtime:x','phx_reply',{'status':'error','response':{'reason':'unmatched topic'}}]"));
        }
        wire.sendText(frame("['4','4','elsewhere:x','phx_join',{}]"));
        assertThat(wire.nextText()).isEqualTo(
                frame("['4','4','elsewhere:x','phx_reply',{'status':'error','response':{'reason':'unmatched topic'}}]"));
    }

    @Test
    void a_topic_needs_a_name() {
        var wire = person().wire("2.0.0");

        wire.sendText(frame("['4','4','realtime:','phx_join',{}]"));

        assertThat(wire.nextText()).isEqualTo(frame("['4','4','realtime:','phx_reply',{'status':'error','response':"
                + "{'reason':'TopicNameRequired: You must provide a topic name'}}]"));
    }

    @Test
    void what_is_no_frame_is_dropped_and_the_connection_stays() {
        var alice = person();
        var v2 = alice.online();
        var v1 = alice.wire("1.0.0");
        v1.joins(alice.topic(), alice.token);

        for (var text : List.of("", "nonsense", "{}", "[]", "null", "5", "[1,2,3,4,5]", "[null,null,\"t\",\"e\"]",
                "[null,null,null,null,null]", "[null,{},\"t\",\"e\",{}]", "[".repeat(5_000), "{\"topic\":\"t\"}")) {
            v2.sendText(text);
            v1.sendText(text);
        }
        for (var bytes : List.of(new byte[0], new byte[] { 3 }, new byte[] { 9, 9, 9, 9, 9, 9, 9, 9 },
                new byte[] { 3, -1, -1, -1, -1, -1, 1, 0 })) {
            v2.sendBinary(bytes);
            v1.sendBinary(bytes);
        }

        assertThat(v2.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
        assertThat(v1.asks("phoenix", "heartbeat", new JsonObject()).status()).isEqualTo("ok");
    }

    @Test
    void presence_is_answered_though_nobody_is_told() {
        var alice = person();
        var wire = alice.wire("2.0.0");
        wire.sendText(frame("['6','6','%s','phx_join',{'config':{'presence':{'key':'','enabled':true}},'access_token':'%s'}]",
                alice.topic(), alice.token));
        assertThat(wire.nextText()).contains("phx_reply");
        assertThat(wire.nextText()).isEqualTo(frame("['6',null,'%s','presence_state',{}]", alice.topic()));

        wire.sendText(frame("['6','7','%s','presence',{'type':'presence','event':'track','payload':{'a':1}}]", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame("['6','7','%s','phx_reply',{'status':'ok','response':{}}]", alice.topic()));
        wire.sendText(frame("['6','8','%s','presence',{'type':'presence','event':'untrack'}]", alice.topic()));
        assertThat(wire.nextText()).isEqualTo(frame("['6','8','%s','phx_reply',{'status':'ok','response':{}}]", alice.topic()));
        wire.receivesNothing();
    }

    @Test
    void postgres_changes_are_echoed_with_ids() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        wire.sendText(frame("['6','6','%s','phx_join',{'config':{'postgres_changes':[{'event':'*','schema':'public'},"
                + "{'event':'INSERT','schema':'public','table':'messages','filter':'id=eq.1'}]},'access_token':'%s'}]",
                alice.topic(), alice.token));

        assertThat(wire.nextText()).isEqualTo(frame("['6','6','%s','phx_reply',{'status':'ok','response':{'postgres_changes':["
                + "{'event':'*','schema':'public','id':1},"
                + "{'event':'INSERT','schema':'public','table':'messages','filter':'id=eq.1','id':2}]}}]", alice.topic()));
    }

    @Test
    void replication_is_ready_at_once() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        wire.sendText(frame("['6','6','%s','phx_join',{'config':{'broadcast':{'replication_ready':true}},'access_token':'%s'}]",
                alice.topic(), alice.token));

        assertThat(wire.nextText()).contains("phx_reply");
        assertThat(wire.nextText()).isEqualTo(frame("['6',null,'%s','system',{'extension':'system','status':'ok',"
                + "'message':'Replication connection established','channel':'user-realtime:%s'}]", alice.topic(), alice.id));
    }

    @Test
    void ill_typed_settings_count_as_not_given() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        wire.sendText(frame("['6','6','%s','phx_join',{'config':{'broadcast':5,'presence':[],'postgres_changes':[null],"
                + "'private':'true','extra':{}},'access_token':'%s'}]", alice.topic(), alice.token));

        assertThat(wire.nextText()).contains("\"ok\"");
    }

    @Test
    void too_many_channels_are_refused_one_by_one() {
        var alice = person();
        var wire = alice.wire("2.0.0");

        var refused = IntStream.range(0, 101)
                .mapToObj(number -> wire.join("realtime:room-" + number, new JsonObject().put("access_token", alice.token)))
                .filter(reply -> !reply.status().equals("ok")).toList();

        assertThat(refused).allSatisfy(reply -> assertThat(reply.reason()).matches(
                "(ChannelRateLimitReached: Too many channels|ClientJoinRateLimitReached: Too many joins per second)"));
        assertThat(refused).isNotEmpty();
    }

    private static String frame(String template, Object... values) {
        return template.replace('\'', '"').formatted(values);
    }
}

package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.together.identity.Caller;
import dev.together.identity.Role;
import dev.together.testing.TestSettings;

class OpenTopicsTest {

    private static final UUID ALICE = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    private static final Caller USER = new Caller(Role.AUTHENTICATED, ALICE, Instant.MAX);
    private static final Caller ANON = new Caller(Role.ANON, null, Instant.MAX);
    private static final Caller SERVICE = new Caller(Role.SERVICE_ROLE, null, Instant.MAX);

    @Test
    void a_users_channel_is_the_users_own() {
        var topics = open("*");
        var own = Topic.ofName("user-realtime:" + ALICE);
        var foreign = Topic.ofName("user-realtime:" + UUID.randomUUID());

        assertThat(topics.mayRead(USER, own)).isTrue();
        assertThat(topics.mayRead(SERVICE, own)).isTrue();
        assertThat(topics.mayRead(USER, foreign)).isFalse();
        assertThat(topics.mayRead(ANON, own)).isFalse();
        assertThat(topics.mayWrite(USER, own)).isFalse();
        assertThat(topics.mayWrite(SERVICE, own)).isTrue();
    }

    @Test
    void a_channel_without_a_user_is_nobodys_though_a_pattern_would_match() {
        var topics = open("*");
        var upper = "user-realtime:" + ALICE.toString().toUpperCase(Locale.ROOT);
        for (var name : new String[] { "user-realtime:", "user-realtime:x", "user-realtime:1-1-1-1-1", upper }) {
            assertThat(topics.mayRead(SERVICE, Topic.ofName(name))).isFalse();
            assertThat(topics.mayWrite(SERVICE, Topic.ofName(name))).isFalse();
            assertThat(topics.mayRead(USER, Topic.ofName(name))).isFalse();
        }
    }

    @Test
    void other_topics_are_closed_unless_a_pattern_opens_them() {
        var closed = new OpenTopics(TestSettings.with(Map.of()));
        var some = open("room-*,lobby,a.c");

        assertThat(closed.mayRead(SERVICE, Topic.ofName("lobby"))).isFalse();
        for (var name : new String[] { "room-", "room-1", "room-1\n2", "lobby", "a.c" }) {
            assertThat(some.mayRead(USER, Topic.ofName(name))).as(name).isTrue();
            assertThat(some.mayWrite(USER, Topic.ofName(name))).as(name).isTrue();
            assertThat(some.mayRead(ANON, Topic.ofName(name))).as(name).isFalse();
        }
        for (var name : new String[] { "room", "lobby2", "my-lobby", "abc", "" }) {
            assertThat(some.mayRead(SERVICE, Topic.ofName(name))).as(name).isFalse();
        }
    }

    @Test
    void the_topic_of_a_conversation_is_none_that_a_pattern_opens() {
        var topics = open("*");
        for (var name : new String[] { "conversation:", "conversation:x", "conversation:" + ALICE + " ",
                "conversation:" + ALICE.toString().toUpperCase(Locale.ROOT) }) {
            assertThat(topics.mayRead(USER, Topic.ofName(name))).as(name).isFalse();
            assertThat(topics.mayWrite(SERVICE, Topic.ofName(name))).as(name).isFalse();
        }
        assertThat(topics.mayRead(ANON, Topic.ofName("conversation:" + ALICE))).isFalse();
        assertThat(new OpenTopics(TestSettings.with(Map.of())).mayRead(USER, Topic.ofName("conversation:" + ALICE))).isTrue();
    }

    private static OpenTopics open(String patterns) {
        return new OpenTopics(TestSettings.with(Map.of("together.realtime.open-topics", patterns)));
    }
}

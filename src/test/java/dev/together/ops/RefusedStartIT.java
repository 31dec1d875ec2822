package dev.together.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import dev.together.testing.TogetherProcess;

/** The packaged application where it is told what makes no sense. */
class RefusedStartIT {

    @Test
    void a_function_that_there_is_not_ends_the_start() {
        assertEnds(Map.of("TOGETHER_SERVES", "chat-send,chat-sned"), "together.serves (TOGETHER_SERVES) must be some of"
                + " chat-history, chat-send, create-conversation, join-conversation, leave-conversation, list-conversations,"
                + " realtime, rest, share-conversation, not chat-sned");
    }

    @Test
    void a_configuration_of_tls_that_there_is_not_ends_the_start() {
        assertEnds(Map.of("TOGETHER_NATS_URL", "nats://127.0.0.1:4222", "TOGETHER_NATS_TLS_CONFIGURATION", "nats"),
                "There is no quarkus.tls.nats for NATS");
    }

    @Test
    void a_configuration_of_tls_to_the_database_that_there_is_not_ends_the_start() {
        assertEnds(Map.of("TOGETHER_DATABASE_TLS_CONFIGURATION", "postgres"),
                "There is no quarkus.tls.postgres for PostgreSQL");
    }

    @Test
    void a_login_in_the_address_of_nats_ends_the_start_and_is_not_logged() {
        try (var process = assertEnds(Map.of("TOGETHER_NATS_URL", "nats://together:correct-horse@127.0.0.1:4222"),
                "together.nats.url must not contain a login")) {
            assertThat(process.log()).noneMatch(line -> line.contains("correct-horse"));
        }
    }

    @Test
    void a_key_without_a_role_ends_the_start_and_is_not_logged() {
        try (var process = assertEnds(Map.of("TOGETHER_API_KEYS", "sb_secret_CorrectHorse"),
                "together.api-keys (TOGETHER_API_KEYS) must be a list of key:anon or key:service_role")) {
            assertThat(process.log()).noneMatch(line -> line.contains("CorrectHorse"));
        }
    }

    @Test
    void a_key_that_could_be_guessed_ends_the_start() {
        assertEnds(Map.of("TOGETHER_API_KEYS", "x:service_role"),
                "together.api-keys (TOGETHER_API_KEYS) must have keys of at least 20 characters; its entry 1 of 1 is shorter");
    }

    @Test
    void public_keys_of_anybody_for_anything_end_the_start() {
        assertEnds(Map.of("TOGETHER_JWT_JWKS_URL", "https://issuer.example/keys"),
                "With TOGETHER_JWT_JWKS_URL set TOGETHER_JWT_ISSUER");
    }

    @Test
    void public_keys_that_others_could_change_on_the_way_end_the_start() {
        assertEnds(Map.of("TOGETHER_JWT_JWKS_URL", "http://issuer.example/keys"), "TOGETHER_JWT_JWKS_URL must be an https");
    }

    @CanIgnoreReturnValue
    private static TogetherProcess assertEnds(Map<String, String> variables, String sentence) {
        var process = TogetherProcess.startUnready(variables);
        assertThat(process.waitForEnd()).isEqualTo(1);
        assertThat(process.log()).anyMatch(line -> line.contains(sentence));
        return process;
    }
}

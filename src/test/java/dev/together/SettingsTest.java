package dev.together;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class SettingsTest {

    private static final Pattern ROW = Pattern
            .compile("\\| `(together[^`]*)` \\| `([^`]*)` \\| (?:`([^`]*)`)? \\| ([^|]*) \\| ([^|]+) \\|");

    private static final String NOT_SERVABLE = "together.serves (TOGETHER_SERVES) must be some of "
            + String.join(", ", Settings.SERVABLE) + ", not chat-sned";

    @Test
    void a_wrong_unit_is_refused_in_a_sentence() {
        assertRefused("together.realtime.idle-timeout", "60x", "together.realtime.idle-timeout (TOGETHER_REALTIME_IDLE_TIMEOUT)"
                + " must be a duration such as 100ms, 30s, 10m or 2h, not 60x");
    }

    @Test
    void a_negative_duration_is_refused() {
        assertRefused("together.outbox.due", "-3s", "together.outbox.due (TOGETHER_OUTBOX_DUE)"
                + " must be a duration such as 100ms, 30s, 10m or 2h, not -3s");
    }

    @Test
    void a_number_out_of_bounds_is_refused() {
        assertRefused("together.limits.batch-messages", "-1", "together.limits.batch-messages (TOGETHER_LIMITS_BATCH_MESSAGES)"
                + " must be a whole number from 1 to 10000, not -1");
    }

    @Test
    void a_number_that_is_none_is_refused() {
        assertRefused("together.realtime.queue-bytes", "4M", "together.realtime.queue-bytes (TOGETHER_REALTIME_QUEUE_BYTES)"
                + " must be a whole number from 1024 to 9223372036854775807, not 4M");
    }

    @Test
    void a_word_that_is_no_choice_is_refused() {
        assertRefused("together.realtime.token-expiry", "never",
                "together.realtime.token-expiry (TOGETHER_REALTIME_TOKEN_EXPIRY)"
                        + " must be close-socket or close-channel, not never");
    }

    @Test
    void a_yes_or_no_that_is_neither_is_refused() {
        assertRefused("together.database.migrate", "yes",
                "together.database.migrate (TOGETHER_DATABASE_MIGRATE) must be true or false, not yes");
    }

    @Test
    void a_function_that_there_is_not_is_refused() {
        assertRefused("together.serves", "chat-send, chat-sned", NOT_SERVABLE);
        assertRefused("together.serves[1]", "chat-sned", NOT_SERVABLE);
    }

    @Test
    void functions_that_there_are_may_be_served() throws IOException {
        var all = String.join(",", Settings.SERVABLE);

        assertThatCode(() -> config(Map.of(), Map.of("together.serves", all))).doesNotThrowAnyException();
        assertThatCode(() -> config(Map.of(), Map.of("together.serves", ""))).doesNotThrowAnyException();
        assertThat(Settings.SERVABLE).containsExactlyInAnyOrderElementsOf(described());
    }

    @Test
    void a_key_without_a_role_is_refused_and_not_repeated() {
        var sentence = "together.api-keys (TOGETHER_API_KEYS) must be a list of key:anon or key:service_role;"
                + " its entry 2 of 2 is not";

        assertRefused("together.api-keys", "sb_publishable_a_0123:anon,sb_secret_b_012345678", sentence);
        assertRefused("together.api-keys", "sb_publishable_a_0123:anon,sb_secret_b_012345678:admin", sentence);
        assertRefused("together.api-keys", "sb_publishable_a_0123:anon,:service_role", sentence);
    }

    @Test
    void a_key_with_two_roles_is_refused_and_not_repeated() {
        assertRefused("together.api-keys", "sb_publishable_a_0123:anon,sb_publishable_a_0123:service_role",
                "together.api-keys (TOGETHER_API_KEYS) must name each key once; its entry 2 is a repeat");
    }

    @Test
    void a_key_that_could_be_guessed_is_refused_and_not_repeated() {
        assertRefused("together.api-keys", "x:service_role", "together.api-keys (TOGETHER_API_KEYS) must have keys of at least"
                + " 20 characters; its entry 1 of 1 is shorter");
        assertRefused("together.api-keys", "x".repeat(20) + ":anon," + "y".repeat(19) + ":service_role",
                "together.api-keys (TOGETHER_API_KEYS) must have keys of at least 20 characters; its entry 2 of 2 is shorter");
        assertThatCode(() -> config(Map.of(), Map.of("together.api-keys", "x".repeat(20) + ":service_role")))
                .doesNotThrowAnyException();
    }

    @Test
    void a_handler_of_any_mode_may_be_set_and_needs_an_address() {
        assertThatCode(() -> config(Map.of(), Map.of("together.assistant.together.url", "http://handler:3000/call?a=b",
                "together.assistant.\"voice mode\".url", "https://handler", "together.assistant.together.when", "always",
                "together.assistant.together.secret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"))).doesNotThrowAnyException();
        assertRefused("together.assistant.together.when", "always", "together.assistant.together.url"
                + " (TOGETHER_ASSISTANT_TOGETHER_URL) must be an address with http or https and without a login");
        assertRefused("together.assistant.together.url", "http://me:secret@handler", "together.assistant.together.url"
                + " (TOGETHER_ASSISTANT_TOGETHER_URL) must be an address with http or https and without a login");
    }

    @Test
    void nonsense_about_a_handler_is_refused_by_its_mode() {
        assertRefused("together.assistant.together.timeout", "60x", "together.assistant.together.timeout"
                + " (TOGETHER_ASSISTANT_TOGETHER_TIMEOUT) must be a duration such as 100ms, 30s, 10m or 2h, not 60x");
        assertRefused("together.assistant.together.urll", "http://handler",
                "There is no setting together.assistant.together.urll; the README says where all of them are listed");
        assertThatThrownBy(() -> config(Map.of("TOGETHER_ASSISTANT_TOGETHER_SECRT", "x"), Map.of()))
                .isInstanceOf(ConfigurationException.class);
        assertThatCode(() -> config(Map.of("TOGETHER_ASSISTANT_TOGETHER_SECRET", "x"), Map.of())).doesNotThrowAnyException();
    }

    @Test
    void a_secret_of_a_handler_that_could_be_guessed_is_refused_and_not_repeated() {
        for (var secret : List.of("short", "whsec_MDEyMw==", "whsec_not base64 but long enough for a secret")) {
            assertThatThrownBy(() -> config(Map.of(), Map.of("together.assistant.a.url", "http://handler",
                    "together.assistant.a.secret", secret))).isInstanceOf(ConfigurationException.class)
                    .hasMessage("together.assistant.a.secret (TOGETHER_ASSISTANT_A_SECRET)"
                            + " must be whsec_ and base64 of 24 bytes or more, or a text of so many");
        }
    }

    @Test
    void a_limit_that_ends_before_the_one_within_it_is_refused() {
        assertRefused("together.database.silence", "5s", "together.database.silence (TOGETHER_DATABASE_SILENCE)"
                + " must be longer than 5s, as a caller waits for the database, not 5s");
        assertRefused("together.outbox.due", "1500ms", "together.outbox.due (TOGETHER_OUTBOX_DUE)"
                + " must be longer than 2s, as NATS may take to confirm an event, not 1500ms");
        assertRefused("together.replay.resume-window", "80h", "together.replay.retention (TOGETHER_REPLAY_RETENTION)"
                + " must be longer than 288000s, which is together.replay.resume-window, not 259200s");
        assertThatThrownBy(() -> config(Map.of(), Map.of("quarkus.http.idle-timeout", "PT1M")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("quarkus.http.idle-timeout (QUARKUS_HTTP_IDLE_TIMEOUT) must be longer than 60s,"
                        + " which is together.realtime.idle-timeout, not 60s");
        assertThatThrownBy(() -> config(Map.of(), Map.of("quarkus.http.limits.max-connections", "60000",
                "together.realtime.connections", "60000"))).isInstanceOf(ConfigurationException.class)
                .hasMessage("quarkus.http.limits.max-connections (QUARKUS_HTTP_LIMITS_MAX_CONNECTIONS)"
                        + " must be more than 60000, which is together.realtime.connections, not 60000");
    }

    @Test
    void an_unknown_name_is_refused() {
        assertRefused("together.realtime.idle-timeot", "60s",
                "There is no setting together.realtime.idle-timeot; the README says where all of them are listed");
    }

    @Test
    void an_unknown_variable_is_refused() {
        assertThatThrownBy(() -> config(Map.of("TOGETHER_JWT_SECRT", "x"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("There is no setting TOGETHER_JWT_SECRT; the README says where all of them are listed");
    }

    @Test
    void good_values_are_taken() {
        var good = Map.of("together.realtime.idle-timeout", "PT1M", "together.api-keys", "sb_publishable_X_012:anon",
                "together.realtime.open-topics[0]", "room-*", "together.realtime.token-expiry", "CLOSE_CHANNEL");

        assertThatCode(() -> config(Map.of(), good)).doesNotThrowAnyException();
    }

    @Test
    void variables_of_kubernetes_and_of_local_mode_are_left_alone() {
        var foreign = Map.of("TOGETHER_SERVICE_HOST", "10.0.0.1", "TOGETHER_PORT", "tcp://10.0.0.1:80",
                "TOGETHER_POSTGRES_PORT_5432_TCP_ADDR", "10.0.0.2", "TOGETHER_SERVICE_PORT_HTTP", "80",
                "TOGETHER_LOCAL_DATA", "temporary");

        assertThatCode(() -> config(foreign, Map.of())).doesNotThrowAnyException();
    }

    @Test
    void the_table_lists_every_setting_with_its_variable_and_default() throws IOException {
        var rows = Files.readAllLines(Path.of("src/docs/configuration.md")).stream()
                .map(ROW::matcher).filter(Matcher::matches)
                .map(row -> List.of(row.group(1), row.group(2), row.group(3) == null ? "" : row.group(3)))
                .toList();

        assertThat(rows).containsExactlyInAnyOrderElementsOf(Setting.all().stream()
                .map(setting -> List.of(setting.name(),
                        setting.variable(), setting.defaultValue().orElse("")))
                .toList());
    }

    /** What the description of the functions has routes for. */
    private static Set<String> described() throws IOException {
        var routes = Pattern.compile("^  /(?:functions/v1/([a-z-]+)|(realtime|rest)/.*):$", Pattern.MULTILINE);
        return routes.matcher(Files.readString(Path.of("src/main/resources/META-INF/resources/openapi.yaml"))).results()
                .map(route -> Objects.requireNonNullElseGet(route.group(1), () -> route.group(2)))
                .collect(Collectors.toSet());
    }

    private static void assertRefused(String name, String value, String sentence) {
        assertThatThrownBy(() -> config(Map.of(), Map.of(name, value)))
                .isInstanceOf(ConfigurationException.class).hasMessage(sentence);
    }

    private static SmallRyeConfig config(Map<String, String> environment, Map<String, String> values) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors()
                .withInterceptorFactories(new SettingsCheck(environment))
                .withSources(new PropertiesConfigSource(values, "test", 100)).build();
    }
}

package dev.together.broker;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.together.testing.NatsOperator;
import dev.together.testing.NatsServer;
import dev.together.testing.Needs;
import dev.together.testing.Program;
import dev.together.testing.TestSettings;
import io.nats.client.NKey;
import io.quarkus.runtime.configuration.ConfigurationException;

/** How a pod says to NATS who it is. */
@Needs(Program.NATS_SERVER)
class NatsLoginTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SECRET = "correct-horse";
    private static final String WRONG = "battery-staple";

    private final Published log = Published.by(NatsBroker.class);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each
    Path folder;

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void by_user_and_password() throws InterruptedException {
        try (var nats = NatsServer.start("--user", "together", "--pass", SECRET)) {
            assertConnects(nats, Map.of("together.nats.username", "together", "together.nats.password", SECRET));
        }
    }

    @Test
    void by_token() throws InterruptedException {
        try (var nats = NatsServer.start("--auth", SECRET)) {
            assertConnects(nats, Map.of("together.nats.token", SECRET));
        }
    }

    @Test
    void by_nkey() throws IOException, GeneralSecurityException, InterruptedException {
        var key = NKey.createUser(null);
        try (var nats = NatsServer.start("--config", knowing(key).toString())) {
            assertConnects(nats, Map.of("together.nats.nkey", seed(key).toString()));
        }
    }

    @Test
    void by_credentials() throws InterruptedException {
        var operator = new NatsOperator();
        try (var nats = NatsServer.start("--config", operator.configuration(folder).toString())) {
            assertConnects(nats, Map.of("together.nats.credentials", operator.credentials(folder).toString()));
        }
    }

    @Test
    void a_wrong_password_is_refused() throws InterruptedException {
        try (var nats = NatsServer.start("--user", "together", "--pass", SECRET)) {
            assertRefused(nats, Map.of("together.nats.username", "together", "together.nats.password", WRONG));
        }
    }

    @Test
    void a_wrong_token_is_refused() throws InterruptedException {
        try (var nats = NatsServer.start("--auth", SECRET)) {
            assertRefused(nats, Map.of("together.nats.token", WRONG));
        }
    }

    @Test
    void a_strange_nkey_is_refused() throws IOException, GeneralSecurityException, InterruptedException {
        var stranger = NKey.createUser(null);
        try (var nats = NatsServer.start("--config", knowing(NKey.createUser(null)).toString())) {
            assertRefused(nats, Map.of("together.nats.nkey", seed(stranger).toString()));
            assertThat(log.text()).doesNotContain(new String(stranger.getSeed()));
        }
    }

    @Test
    void credentials_of_another_operator_are_refused() throws IOException, InterruptedException {
        var credentials = new NatsOperator().credentials(folder);
        try (var nats = NatsServer.start("--config", new NatsOperator().configuration(folder).toString())) {
            assertRefused(nats, Map.of("together.nats.credentials", credentials.toString()));
            assertThat(Files.readAllLines(credentials)).filteredOn(line -> line.matches("\\w.{40,}"))
                    .hasSize(2).noneMatch(log.text()::contains);
        }
    }

    @Test
    void who_says_nothing_is_refused() throws InterruptedException {
        try (var nats = NatsServer.start("--auth", SECRET)) {
            assertRefused(nats, Map.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "together.nats.credentials", "together.nats.nkey" })
    void a_file_that_is_not_there_is_named(String name) {
        var missing = folder.resolve("missing").toString();
        var settings = TestSettings.with(Map.of("together.nats.url", "nats://localhost:4222", name, missing)).nats();

        assertThatThrownBy(() -> NatsOptions.check(settings)).isInstanceOf(ConfigurationException.class)
                .hasMessage(name + " names a file that cannot be read: " + missing);
    }

    @Test
    void a_login_in_the_address_is_refused_without_repeating_it() {
        var settings = TestSettings.with(Map.of("together.nats.url", "nats://together:" + SECRET + "@localhost:4222")).nats();

        assertThatThrownBy(() -> NatsOptions.check(settings)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("together.nats.url must not contain a login").hasMessageNotContaining(SECRET);
    }

    @Test
    void an_address_with_tls_needs_a_configuration_of_it() {
        var settings = TestSettings.with(Map.of("together.nats.url", "tls://localhost:4222")).nats();

        assertThatThrownBy(() -> NatsOptions.check(settings)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("together.nats.url asks for TLS: set together.nats.tls-configuration");
    }

    private void assertConnects(NatsServer nats, Map<String, String> properties) throws InterruptedException {
        var broker = NatsBrokerTest.broker(nats.url(), properties);

        waitUntil(PATIENCE, broker::isConnected);
        broker.close();
        assertThat(log.text()).doesNotContain(SECRET);
    }

    private void assertRefused(NatsServer nats, Map<String, String> properties) throws InterruptedException {
        var broker = NatsBrokerTest.broker(nats.url(), properties);

        waitUntil(PATIENCE, () -> log.text().contains("nats_connect_failed")
                && log.text().toLowerCase(Locale.ROOT).contains("authorization violation"));
        assertThat(broker.isConnected()).isFalse();
        broker.close();
        assertThat(log.text()).doesNotContain(SECRET, WRONG);
    }

    private Path knowing(NKey user) throws IOException, GeneralSecurityException {
        return Files.writeString(folder.resolve("nats.conf"),
                "authorization { users: [ { nkey: " + new String(user.getPublicKey()) + " } ] }");
    }

    private Path seed(NKey user) throws IOException {
        return Files.writeString(folder.resolve("seed"), new String(user.getSeed()));
    }
}

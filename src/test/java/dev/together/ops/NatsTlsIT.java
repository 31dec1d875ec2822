package dev.together.ops;

import static dev.together.testing.TestProcess.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.together.testing.Certificate;
import dev.together.testing.NatsOperator;
import dev.together.testing.NatsServer;
import dev.together.testing.Needs;
import dev.together.testing.Program;
import dev.together.testing.TestDatabase;
import dev.together.testing.TogetherProcess;

/** The packaged application and a NATS that wants TLS and credentials. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.NATS_SERVER)
class NatsTlsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    private static Path folder;

    private static Map<String, String> environment;
    private static Certificate pod;
    private static NatsOperator operator;
    private static List<String> login;

    @BeforeAll
    static void start() {
        environment = TogetherProcess.environment(DATABASE.start());
        pod = Certificate.of(folder, "dns:together");
        operator = new NatsOperator();
        login = List.of("--config", operator.configuration(folder).toString());
    }

    @AfterAll
    static void end() {
        DATABASE.stop();
    }

    @Test
    void with_certificates_of_both_and_credentials_it_is_ready() {
        var server = Certificate.of(folder, "dns:localhost");
        try (var nats = natsThatAsksForCertificates(server);
                var process = TogetherProcess.start(with(nats, "localhost", server, Map.of(
                        "QUARKUS_TLS_NATS_KEY_STORE_PEM_POD_CERT", pod.certificate().toString(),
                        "QUARKUS_TLS_NATS_KEY_STORE_PEM_POD_KEY", pod.key().toString())))) {
            assertThat(process.isReady()).isTrue();
        }
    }

    @Test
    void without_a_certificate_of_its_own_it_is_not_ready_where_one_is_asked_for() {
        var server = Certificate.of(folder, "dns:localhost");
        try (var nats = natsThatAsksForCertificates(server)) {
            assertNeverReady(with(nats, "localhost", server, Map.of()), "nats_failed");
        }
    }

    @Test
    void a_server_that_it_does_not_trust_is_not_talked_to() {
        var server = Certificate.of(folder, "dns:localhost");
        try (var nats = natsWith(server)) {
            assertNeverReady(with(nats, "localhost", pod, Map.of()), "PKIX path");
        }
    }

    @Test
    void a_server_with_the_certificate_of_another_host_is_not_talked_to() {
        var server = Certificate.of(folder, "dns:elsewhere.example");
        try (var nats = natsWith(server)) {
            assertNeverReady(with(nats, "localhost", server, Map.of()), "No subject alternative DNS name matching localhost");
        }
    }

    @Test
    void another_host_is_talked_to_where_hosts_do_not_matter() {
        var server = Certificate.of(folder, "dns:elsewhere.example");
        try (var nats = natsWith(server);
                var process = TogetherProcess.start(
                        with(nats, "localhost", server, Map.of("QUARKUS_TLS_NATS_HOSTNAME_VERIFICATION_ALGORITHM", "NONE")))) {
            assertThat(process.isReady()).isTrue();
        }
    }

    @Test
    void a_certificate_may_be_of_an_address() {
        var server = Certificate.of(folder, "ip:127.0.0.1");
        try (var nats = natsWith(server);
                var process = TogetherProcess.start(with(nats, "127.0.0.1", server, Map.of()))) {
            assertThat(process.isReady()).isTrue();
        }
    }

    private static NatsServer natsWith(Certificate server, String... more) {
        var arguments = new ArrayList<>(login);
        arguments.addAll(List.of("--tls", "--tlscert", server.certificate().toString(), "--tlskey", server.key().toString()));
        arguments.addAll(Arrays.asList(more));
        return NatsServer.start(arguments.toArray(String[]::new));
    }

    private static NatsServer natsThatAsksForCertificates(Certificate server) {
        return natsWith(server, "--tlsverify", "--tlscacert", pod.certificate().toString());
    }

    private static Map<String, String> with(NatsServer nats, String host, Certificate trusted, Map<String, String> more) {
        var variables = new HashMap<>(environment);
        variables.put("TOGETHER_NATS_URL", nats.url().replace("127.0.0.1", host));
        variables.put("TOGETHER_NATS_CREDENTIALS", operator.credentials(folder).toString());
        variables.put("TOGETHER_NATS_TLS_CONFIGURATION", "nats");
        variables.put("QUARKUS_TLS_NATS_TRUST_STORE_PEM_CERTS", trusted.certificate().toString());
        variables.putAll(more);
        return variables;
    }

    private static void assertNeverReady(Map<String, String> variables, String why) {
        try (var process = TogetherProcess.startUnready(variables)) {
            waitUntil(PATIENCE, () -> process.log().stream().anyMatch(line -> line.contains(why)));
            waitUntil(PATIENCE, () -> process.health("ready") == 503);
            assertThat(process.health("live")).isEqualTo(200);
        }
    }
}
